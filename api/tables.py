"""Every table of the service, for migrations and tests."""

import api.access.keys_models
import api.access.models
import api.actions.models
import api.closings.models
import api.consultations.models
import api.contracts.models
import api.evaluations.models
import api.imports.models
import api.imports.sheets.models
import api.indicators.models
import api.insertion.beneficiaries.models
import api.insertion.clauses.models
import api.insertion.feasibility.models
import api.insertion.figures.models
import api.insertion.files.models
import api.insertion.links.models
import api.insertion.statements.models
import api.kit.audit
import api.kit.idempotency
import api.programme.models
import api.publication.models
import api.reserved.models
import api.schemes.models
import api.spending.models
import api.structures.models
import api.suppliers.models
import api.webhooks.models  # noqa: F401 - importing is the point
