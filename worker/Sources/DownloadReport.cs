using Microsoft.Extensions.Logging;
using RebaseBatch.Formatting;

namespace RebaseBatch.Sources;

/// <summary>Logs how far a download is, every few seconds.</summary>
sealed partial class DownloadReport
{
    static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    readonly RemoteUri _uri;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly long _began;
    long _told, _from;

    /// <param name="bytes">At hand from earlier.</param>
    public DownloadReport(RemoteUri uri, long bytes, TimeProvider time, ILogger log)
    {
        (_uri, _from, _time, _log) = (uri, bytes, time, log);
        _began = _told = time.GetTimestamp();
        var here = Amount.Bytes(bytes);
        Begun(_log, _uri, here);
    }

    /// <param name="bytes">At hand now.</param>
    /// <param name="whole">In all; null when unknown.</param>
    public void Moved(long bytes, long? whole)
    {
        // Less than there was: it began anew.
        _from = Math.Min(_from, bytes);
        if (_time.GetElapsedTime(_told) < s_every) return;
        _told = _time.GetTimestamp();
        var (here, rate) = (Amount.Bytes(bytes), Amount.Bytes((long)((bytes - _from) / _time.GetElapsedTime(_began).TotalSeconds)));
        if (whole is { } all)
        {
            var (of, share) = (Amount.Bytes(all), Amount.Share(bytes, all));
            Told(_log, _uri, here, of, share, rate);
        }
        else
        {
            ToldSome(_log, _uri, here, rate);
        }
    }

    public void Ended(long bytes)
    {
        var (here, took) = (Amount.Bytes(bytes), Amount.Seconds(_time.GetElapsedTime(_began).TotalSeconds));
        Fetched(_log, _uri, here, took);
    }

    [LoggerMessage(EventId = 1200, Level = LogLevel.Information, Message = "{Uri}: fetching it, {Bytes} are here already")]
    static partial void Begun(ILogger log, RemoteUri uri, string bytes);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "{Uri}: {Bytes} of {Whole} are here, {Share}, at {Rate}/s")]
    static partial void Told(ILogger log, RemoteUri uri, string bytes, string whole, string share, string rate);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Information, Message = "{Uri}: {Bytes} are here, at {Rate}/s")]
    static partial void ToldSome(ILogger log, RemoteUri uri, string bytes, string rate);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Information, Message = "{Uri}: all {Bytes} came within {Time}; looking whether they are the right ones")]
    static partial void Fetched(ILogger log, RemoteUri uri, string bytes, string time);
}
