using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Remote;

/// <summary>Logs the progress of a download, every few seconds.</summary>
sealed class DownloadReport
{
    static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    readonly string _uri;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly long _began;
    long _told, _from;

    /// <param name="bytes">Bytes that are here from an earlier run.</param>
    public DownloadReport(RemoteUri uri, long bytes, TimeProvider time, ILogger log)
    {
        (_uri, _from, _time, _log) = (uri.ToString(), bytes, time, log);
        _began = _told = time.GetTimestamp();
        var here = HumanText.Bytes(bytes);
        _log.DownloadBegun(_uri, here);
    }

    /// <param name="bytes">Bytes that are here now.</param>
    /// <param name="whole">Bytes of the whole file; null when unknown.</param>
    public void Moved(long bytes, long? whole)
    {
        // Fewer bytes than before: the download began again.
        _from = Math.Min(_from, bytes);
        if (_time.GetElapsedTime(_told) < s_every) return;
        _told = _time.GetTimestamp();
        var (here, rate) = (HumanText.Bytes(bytes), HumanText.Bytes((long)((bytes - _from) / _time.GetElapsedTime(_began).TotalSeconds)));
        if (whole is { } all)
        {
            var (of, share) = (HumanText.Bytes(all), HumanText.Share(bytes, all));
            _log.DownloadGoesOn(_uri, here, of, share, rate);
        }
        else
        {
            _log.DownloadOfUnknownSizeGoesOn(_uri, here, rate);
        }
    }

    public void Ended(long bytes)
    {
        var (here, took) = (HumanText.Bytes(bytes), HumanText.Seconds(_time.GetElapsedTime(_began).TotalSeconds));
        _log.DownloadCame(_uri, here, took);
    }
}
