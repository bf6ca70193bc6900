using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <content>Embedding models.</content>
static partial class Log
{
    [LoggerMessage(EventId = 1660, Level = LogLevel.Warning,
        Message = "{Model}: a text of {Tokens} tokens is longer than the context of {Most}, so such texts are embedded by "
            + "their last tokens")]
    public static partial void TextCut(this ILogger log, string model, int tokens, int most);
}
