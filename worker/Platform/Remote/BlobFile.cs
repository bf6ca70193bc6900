using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>A blob of the configured account, read with the account's identity or key.</summary>
sealed class BlobFile(RemoteUri uri, BlobClient blob, RetryPolicy retry, TimeProvider time) : IRemoteFile
{
    public RemoteUri Uri => uri;

    public async Task<RemoteContent> OpenAsync(long offset, string? validator, CancellationToken ct)
    {
        using var overdue = new CancellationTokenSource(retry.Answer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, overdue.Token);
        try
        {
            return await OpenOnceAsync(validator is null ? 0 : offset, validator, either.Token);
        }
        // The blob has changed, or has fewer bytes than were already read.
        catch (RequestFailedException e) when (e.Status is 412 or 416 && !either.IsCancellationRequested)
        {
            return await OpenFromStartAsync(either.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw Refusal(e);
        }
    }

    async Task<RemoteContent> OpenFromStartAsync(CancellationToken ct)
    {
        try
        {
            return await OpenOnceAsync(0, null, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw Refusal(e);
        }
    }

    async Task<RemoteContent> OpenOnceAsync(long from, string? validator, CancellationToken ct)
    {
        var options = from == 0 ? null : new BlobDownloadOptions
        {
            Range = new(from), Conditions = new() { IfMatch = new ETag(validator!) },
        };
        var answer = (await blob.DownloadStreamingAsync(options, ct)).Value;
        // An empty blob, or one without further bytes, answers no range.
        return new(answer.Content, from, from + answer.Details.ContentLength, answer.Details.ETag.ToString("H"), answer);
    }

    Exception Refusal(Exception fault) => fault switch
    {
        OperationCanceledException => new RemoteFaultException(
            $"the account did not answer within {retry.Answer.TotalSeconds:0.#} s", fault),
        RequestFailedException { Status: 404 } e => new UserException(
            ExitCode.NotFound, $"{uri} does not exist: the account answers {Reason(e)}", e),
        RequestFailedException { Status: 401 or 403 } e => new UserException(
            ExitCode.NoPermission, $"{uri} may not be read: the account answers {Reason(e)}; give this identity the role Storage " +
            "Blob Data Reader, or correct Rebase:Blobs", e),
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } e => new RemoteFaultException($"the account answers {Reason(e)}", e),
        RequestFailedException e => new UserException(ExitCode.NotFound, $"{uri} can't be fetched: the account answers {Reason(e)}", e),
        AuthenticationFailedException e => new UserException(
            ExitCode.NoPermission, $"{uri} may not be read because no identity for its account was found: sign in, or set " +
            "Rebase:Blobs:ConnectionString", e),
        AggregateException e => new RemoteFaultException($"the account can't be reached: {e.InnerExceptions[0].Message}", e),
        IOException or HttpRequestException => new RemoteFaultException($"the account can't be reached: {fault.Message}", fault),
        _ => fault,
    };

    // The whole message is a page of headers.
    static string Reason(RequestFailedException e) => e.Status == 0
        ? $"nothing ({e.Message.Split('\n')[0].TrimEnd()})" : $"{e.Status} {e.ErrorCode}".TrimEnd();
}
