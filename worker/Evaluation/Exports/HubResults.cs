using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>
/// Completed jobs as a file of <c>.eval_results/</c> in a model's repository on the Hugging Face Hub
/// (https://huggingface.co/docs/hub/eval-results): an entry for each job, with the accuracy of its own vote.
/// </summary>
/// <param name="Dataset">The benchmark's dataset there, such as openai/gsm8k.</param>
/// <param name="Task">Its task, as the dataset's eval.yaml names it.</param>
/// <param name="SourceUrl">Where the results can be looked up; null for none.</param>
/// <param name="Percent">Whether the benchmark has percentages and not shares.</param>
sealed record HubResults(string Dataset, string Task, string? SourceUrl, bool Percent)
{
    static readonly JsonSerializerOptions s_text = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="jobs">Each with an own vote.</param>
    public string Yaml(IEnumerable<ExportedJob> jobs)
    {
        var yaml = new StringBuilder();
        foreach (var job in jobs)
        {
            var own = job.Own!;
            yaml.Append(CultureInfo.InvariantCulture, $"""
                - dataset:
                    id: {Text(Dataset)}
                    task_id: {Text(Task)}
                  value: {Math.Round(own.Accuracy * (Percent ? 100 : 1), Percent ? 2 : 4)}
                  date: {Text(job.FinishedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))}
                """).Append('\n');
            if (SourceUrl is not null)
                yaml.Append(CultureInfo.InvariantCulture, $"  source:\n    url: {Text(SourceUrl)}\n    name: \"RebaseBatch\"\n");
            yaml.Append(CultureInfo.InvariantCulture, $"  notes: {Text(Notes(job, own))}\n");
        }
        return yaml.ToString();
    }

    static string Notes(ExportedJob job, AccuracyRecord own) => $"{StoredNames.Of(job.Spec.Strategy)} search"
        + string.Create(CultureInfo.InvariantCulture, $", {job.Spec.Width} solution{(job.Spec.Width == 1 ? "" : "s")}")
        + $", {ExportedJob.NameOf(own.Method, own.Aggregation)} vote"
        + (job.Spec.Reward is { } reward ? $", reward model {reward}" : "")
        + string.Create(CultureInfo.InvariantCulture, $"; {own.Correct} of {own.Graded} right")
        + (job.Failed > 0 ? string.Create(CultureInfo.InvariantCulture, $", {job.Failed} failed and not counted") : "");

    // A JSON string is a YAML one too, whatever is in it.
    static string Text(string text) => JsonSerializer.Serialize(text, s_text);
}
