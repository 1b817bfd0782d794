"""What can go wrong between a question and its answer.

MureumError
├── InvalidQuestionError   the question cannot be read as one
├── SessionNotFoundError   no conversation has this id
├── InvalidFeedbackError   what is thought of an answer names no answer or no document
├── UploadError            what was handed over cannot be taken
│   ├── NotMultipartError          it is no form with files
│   ├── InvalidUploadError         the form, or a file in it, cannot be read as one
│   ├── UploadTooLargeError        a file or the whole form is larger than allowed
│   ├── UploadTimeoutError         nothing more came for too long
│   └── UploadInterruptedError     the sender left before the end
├── NotAnUploadError       the document lies in a folder, where its file has to be changed
├── ForeignHostError       the service is called by a name that is not its own
├── ForeignOriginError     a page of another site wants to change something
├── NotAuthenticatedError  the API key is missing or opens nothing
├── ForbiddenError         the API key does not allow this
├── KeyNotFoundError       no API key has this id
├── KeyFileError           the file for a new API key cannot be made
├── EncodedBodyError       the request body is compressed
├── AnswerTimeoutError     the whole answer took too long
├── FeatureUnavailableError   what was asked for needs a part that is not configured
├── NotReadyError          the models or the index are still being loaded
├── EndingError            the server was told to end
├── OverloadedError        too many requests wait already
├── RerankerError          candidates could not be scored
│   └── RerankerUnavailableError   the model or its weights cannot be had
├── ReaderError            excerpts could not be read
│   └── ReaderUnavailableError     the reader's weights cannot be had
└── LanguageModelError     a language model did not answer as it should
    ├── LanguageModelUnavailableError   it cannot be reached or loaded now
    ├── LanguageModelRefusedError       the key, the model's name or a setting is wrong
    ├── LanguageModelTimeoutError       it took too long
    └── ContextTooLongError             the prompt does not fit into its context
"""

from index.errors import MureumError


class InvalidQuestionError(MureumError):
    """The question cannot be read as one."""


class SessionNotFoundError(MureumError):
    """No conversation has this id."""


class InvalidFeedbackError(MureumError):
    """What is thought of an answer names no answer or no document."""


class UploadError(MureumError):
    """What was handed over cannot be taken."""


class NotMultipartError(UploadError):
    """What was handed over is no form with files."""


class InvalidUploadError(UploadError):
    """The form, or a file in it, cannot be read as one."""


class UploadTooLargeError(UploadError):
    """A file or the whole form is larger than allowed."""


class UploadTimeoutError(UploadError):
    """Nothing more came for too long."""


class UploadInterruptedError(UploadError):
    """The sender left before the end."""


class NotAnUploadError(MureumError):
    """The document lies in a folder, where its file has to be changed."""


class ForeignHostError(MureumError):
    """The service is called by a name that is not its own."""


class ForeignOriginError(MureumError):
    """A page of another site wants to change something."""


class NotAuthenticatedError(MureumError):
    """The API key is missing, unknown, expired or revoked."""


class ForbiddenError(MureumError):
    """The API key does not allow this."""


class KeyNotFoundError(MureumError):
    """No API key has this id."""


class KeyFileError(MureumError):
    """The file for a new API key cannot be made."""


class EncodedBodyError(MureumError):
    """The request body is compressed."""


class AnswerTimeoutError(MureumError):
    """The whole answer took too long."""


class FeatureUnavailableError(MureumError):
    """What was asked for needs a part that is not configured."""


class NotReadyError(MureumError):
    """The models or the index are still being loaded."""


class EndingError(MureumError):
    """The server was told to end."""


class OverloadedError(MureumError):
    """Too many requests wait already."""


class RerankerError(MureumError):
    """Candidates could not be scored."""


class RerankerUnavailableError(RerankerError):
    """The reranking model or its weights cannot be had."""


class ReaderError(MureumError):
    """Excerpts could not be read."""


class ReaderUnavailableError(ReaderError):
    """The reader's weights cannot be had."""


class LanguageModelError(MureumError):
    """A language model did not answer as it should."""


class LanguageModelUnavailableError(LanguageModelError):
    """The language model cannot be reached or loaded now."""


class LanguageModelRefusedError(LanguageModelError):
    """The language model refuses the key, the model's name or a setting."""


class LanguageModelTimeoutError(LanguageModelError):
    """The language model took too long."""


class ContextTooLongError(LanguageModelError):
    """The prompt does not fit into the model's context."""
