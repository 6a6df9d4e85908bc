"""Every table of the service, for migrations and tests."""

import api.access.models
import api.contracts.models
import api.imports.models
import api.kit.audit
import api.kit.idempotency
import api.schemes.models
import api.suppliers.models  # noqa: F401 - importing is the point
