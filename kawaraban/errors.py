"""The one tree of errors. A message says what was found, what was expected, what to do.

KawarabanError
├── UsageError             the command or a configuration file is wrong (exit code 2)
├── SourceError            a source could not be read
│   ├── FetchError         the network, or a refused address
│   └── ParseError         bytes that are not what they claim to be
├── ArticleError           one article cannot be done; it becomes a `Skipped`
│   ├── EmptyArticleError  nothing in it to translate
│   └── TooLongError       beyond a limit of settings.py
├── ArtifactError          a model directory
│   ├── MissingArtifactError
│   └── CorruptArtifactError
├── TranslationError       the engine failed
├── StoreError             the database
└── ExportError            a rendering or sending step
"""


class KawarabanError(Exception):
    """Root of all errors that this program raises on purpose."""


class UsageError(KawarabanError):
    """Arguments or configuration that cannot be obeyed."""


class SourceError(KawarabanError):
    """A source could not be read."""


class FetchError(SourceError):
    """The network failed, a limit was passed, or the address is refused."""


class ParseError(SourceError):
    """Bytes that are not what they claim to be."""


class ArticleError(KawarabanError):
    """One article cannot be done; the run goes on without it."""


class EmptyArticleError(ArticleError):
    """Nothing in it to translate."""


class TooLongError(ArticleError):
    """Longer than a limit allows."""


class ArtifactError(KawarabanError):
    """A model directory cannot be used."""


class MissingArtifactError(ArtifactError):
    """A model directory or one of its files is not there."""


class CorruptArtifactError(ArtifactError):
    """A file of a model directory is not the one its manifest names."""


class TranslationError(KawarabanError):
    """The translation engine failed."""


class StoreError(KawarabanError):
    """The database cannot be opened, migrated, read or written."""


class ExportError(KawarabanError):
    """A digest could not be rendered or sent."""
