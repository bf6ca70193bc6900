using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Edge.Intake;

/// <summary>Reads a message's body and finds all its faults at once. Pure.</summary>
static class JobMessageReader
{
    static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="MalformedMessageException">It is not a <see cref="JobMessage"/>, or its job can't be run.</exception>
    /// <exception cref="NewerMessageException">It has a version that a newer program may read.</exception>
    public static JobRequest Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span)) throw new MalformedMessageException("the body is not UTF-8");
        try
        {
            return ReadText(body);
        }
        // A string with half a surrogate pair is valid JSON, but it is not text.
        catch (InvalidOperationException e)
        {
            throw new MalformedMessageException($"a text in the body is not Unicode: {e.Message}");
        }
    }

    /// <summary>The fault of a message whose body holds neither bytes nor text.</summary>
    /// <param name="otherBody">See <see cref="IntakeMessage.OtherBody"/>.</param>
    public static string FaultOf(string otherBody) =>
        $"the body is {otherBody}, but a job message is JSON: send its bytes in an AMQP data section, as the clients of Service Bus do, "
            + "or its text as an AMQP value";

    /// <summary>The job's name in the message, even if the rest is malformed; null if no name can be read.</summary>
    public static string? NameOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("job", out var job) && job.ValueKind is JsonValueKind.Object
                && job.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString() : null;
        }
        // A string with half a surrogate pair is valid JSON, but it is not text.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static JobRequest ReadText(ReadOnlyMemory<byte> body)
    {
        var message = Parse(body);
        var faults = Faults(message).ToList();
        var problems = ReadProblems(message.Problems, faults);
        var (tags, fault) = TagSet.Read(message.Tags ?? []);
        if (fault is not null) faults.Add($"tags: {fault}");
        if (faults.Count > 0) throw new MalformedMessageException(string.Join('\n', faults));

        var spec = JobSettings.Spec(message.Job);
        if (spec.Faults().ToList() is { Count: > 0 } wrong)
            throw new MalformedMessageException(string.Join('\n', wrong.Select(fault => $"job: {fault}")));
        return new(spec, message.Dataset, problems) { Tags = tags! };
    }

    static JobMessage Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            // The version comes first: this program can't judge what a newer version contains.
            using (var json = JsonDocument.Parse(body, s_strict))
            {
                if (json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("version", out var version)
                    && version.ValueKind is JsonValueKind.Number && version.TryGetInt32(out var number)
                    && number > JobMessage.CurrentVersion)
                    throw new NewerMessageException(number);
            }
            return JsonSerializer.Deserialize(body.Span, ContractsJson.Default.JobMessage)
                ?? throw new MalformedMessageException("the body is null");
        }
        catch (JsonException e)
        {
            throw new MalformedMessageException($"the body is not a job message: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    static IEnumerable<string> Faults(JobMessage message)
    {
        if (message.Version < 1) yield return string.Create(CultureInfo.InvariantCulture, $"version: {message.Version} is not at least 1");
        foreach (var (name, value) in message.Job)
        {
            if (!JobSettings.All.ContainsKey(name))
                yield return "job: there is no setting "
                    + $"'{name}'{(JobSettings.Nearest(name, JobSettings.All.Keys) is { } near ? $"; is it {near}?" : "")}";
            else if (JobSettings.FaultOf(name, value) is { } fault) yield return $"job.{name}: {fault}";
        }
        if (message.Job["policy"] is null) yield return "job.policy: name a policy model";
        switch (message)
        {
            case { Dataset: null, Problems: null }: yield return "there are no problems: give 'dataset' or 'problems'"; break;
            case { Dataset: not null, Problems: not null }: yield return "give either 'dataset' or 'problems', not both"; break;
            case { Problems.Count: 0 }: yield return "problems: the list is empty"; break;
            case { Dataset: { } dataset }:
                if (!System.Uri.TryCreate(dataset.Uri, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
                    yield return $"dataset.uri: {ForeignAddress.WayOut(dataset.Uri) ?? "it is not an https URI"}";
                if (dataset.FirstLine < 1) yield return "dataset.first_line: lines count from 1";
                if (dataset.LastLine < (dataset.FirstLine ?? 1)) yield return "dataset.last_line: it lies before the first line";
                foreach (var fault in dataset.Fields().Faults()) yield return $"dataset.{fault}";
                break;
        }
    }

    static List<ProblemSpec> ReadProblems(JsonArray? given, List<string> faults)
    {
        var problems = new List<ProblemSpec>();
        foreach (var (i, node) in (given ?? []).Index())
        {
            try
            {
                using var line = JsonDocument.Parse(node?.ToJsonString() ?? "null");
                problems.Add(ProblemLine.Read(line.RootElement, string.Create(CultureInfo.InvariantCulture, $"problem-{i + 1}")).Problem);
            }
            catch (InvalidLineException e)
            {
                faults.Add($"problems[{i}]: {e.Message}");
            }
        }
        foreach (var twice in problems.CountBy(problem => problem.CustomId).Where(count => count.Value > 1))
            faults.Add($"problems: the custom id '{twice.Key}' occurs more than once");
        return problems;
    }
}
