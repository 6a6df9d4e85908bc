"""Opens what a person deposits as what its bytes say it is; runs in the child process only."""

import re
from pathlib import PurePath

from api.kit.sheets import delimited, ods, xls, xlsx
from api.kit.sheets.model import EMPTY, Grid, Kind, Limits, UnreadableSheet
from api.kit.sheets.package import PROTECTED, Package, open_package

Source = Package | delimited.Text | xls.OldBook


def open_source(data: bytes, filename: str, limits: Limits) -> Source:
    """The file, opened as what its first bytes say it is; raises UnreadableSheet."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableSheet(EMPTY)
    extension = PurePath(filename.lower()).suffix
    _check_signature(data, extension)
    if data.startswith(xls.SIGNATURE):
        return xls.OldBook(data)
    if not data.startswith(_ZIP):
        return delimited.open_text(data)
    package = open_package(data, limits)
    found = package_kind(package)
    if extension in _EXTENSIONS and found not in _EXTENSIONS[extension]:
        raise UnreadableSheet(
            f"Ce fichier s’appelle « {extension} » mais c’est un classeur {found.value.upper()} : "
            f"donnez-lui l’extension « .{found.value} », puis déposez-le de nouveau."
        )
    return package


_EXTENSIONS = {
    ".xlsx": (Kind.XLSX,),
    ".xlsm": (Kind.XLSX,),
    ".xltx": (Kind.XLSX,),
    ".xls": (),
    ".ods": (Kind.ODS,),
    ".ots": (Kind.ODS,),
    ".csv": (),
    ".tsv": (),
    ".txt": (),
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ADVICE = "ouvrez-le dans votre tableur, enregistrez-le au format XLSX, ODS ou CSV, puis déposez-le"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "un PDF"),
    (b"\x1f\x8b", "compressé (GZIP)"),
    (b"Rar!", "une archive RAR"),
    (b"7z\xbc\xaf", "une archive 7-Zip"),
    (b"{\\rtf", "un document RTF"),
)


def _check_signature(data: bytes, extension: str) -> None:
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableSheet(f"Ce fichier est {name}, pas un tableau : {_ADVICE}.")
    # Excel puts a protected XLSX inside the container of the old format.
    if data.startswith(xls.SIGNATURE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableSheet(PROTECTED)
    if re.match(rb"(\xef\xbb\xbf)?\s*<(\?xml|!doctype|html|table|!--)", data[:1000], re.IGNORECASE):
        raise UnreadableSheet(f"Ce fichier est une page web ou du XML, pas un tableau : {_ADVICE}.")
    # Many programs name « .xls » a text that Excel opens: it is read as the text it is.
    if extension in (".xlsx", ".xlsm", ".ods") and not data.startswith((*_ZIP, xls.SIGNATURE)):
        raise UnreadableSheet(
            f"Ce fichier s’appelle « {extension} » mais ce n’est pas un classeur. Si c’est du "
            f"texte, donnez-lui l’extension « .csv » ; sinon, {_ADVICE}."
        )


def package_kind(package: Package) -> Kind:
    """What workbook a package is; raises UnreadableSheet when it is another kind of document."""
    mimetype = package.find("mimetype")
    if mimetype is not None:
        declared = package.read(mimetype)[:200].strip()
        if declared.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return Kind.ODS
    if package.find("xl/workbook.bin"):
        raise UnreadableSheet(f"Ce fichier est un classeur binaire (XLSB) : {_ADVICE}.")
    if package.find("[Content_Types].xml") and not package.find("word/document.xml"):
        return Kind.XLSX
    raise UnreadableSheet(
        f"Ce fichier est une archive ou un document, pas un classeur : {_ADVICE}."
    )


def read_grid(source: Source, limits: Limits, sheet: str | None) -> Grid:
    """The filled lines of the wanted sheet; raises UnreadableSheet."""
    if isinstance(source, delimited.Text):
        return delimited.read_grid(source, limits)
    if isinstance(source, xls.OldBook):
        return xls.read_grid(source, limits, sheet)
    if package_kind(source) is Kind.ODS:
        return ods.read_grid(source, sheet)
    return xlsx.read_grid(source, sheet)
