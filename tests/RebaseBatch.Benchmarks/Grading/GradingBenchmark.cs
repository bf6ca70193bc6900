using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RebaseBatch.Core.Answers;

namespace RebaseBatch.Benchmarks.Grading;

/// <summary>
/// Holds the grader's verdicts against those of a file: <c>grading FILE</c>. A line has <c>gold</c>, <c>right</c> (a truth value), and
/// either a <c>solution</c>, whose answer is looked for, or an <c>answer</c>. Prints each other verdict, then the counts.
/// </summary>
static class GradingBenchmark
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is not [var file])
        {
            await Console.Error.WriteLineAsync("""grading FILE: lines such as {"solution": "so \\boxed{2}", "gold": "2", "right": true}""");
            return 2;
        }

        var (lines, found, rightOnes, rightSame, wrongOnes, wrongSame) = (0, 0, 0, 0, 0, 0);
        var watch = new Stopwatch();
        await foreach (var text in File.ReadLinesAsync(file))
        {
            using var line = JsonDocument.Parse(text);
            var (gold, right) = (line.RootElement.GetProperty("gold").GetString()!, line.RootElement.GetProperty("right").GetBoolean());
            watch.Start();
            var answer = line.RootElement.TryGetProperty("solution", out var solution)
                ? AnswerExtractor.Extract(solution.GetString()!) : line.RootElement.GetProperty("answer").GetString();
            var verdict = answer is not null && Grader.IsCorrect(answer, gold);
            watch.Stop();
            lines++;
            if (answer is not null) found++;
            if (right) rightOnes++; else wrongOnes++;
            if (verdict != right)
                Console.WriteLine($"line {lines}: {(verdict ? "right" : "wrong")} here: {answer ?? "no answer"}, for {gold}");
            else if (right) rightSame++;
            else wrongSame++;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lines} lines, {found} with an answer; the same verdict for {rightSame} of {rightOnes} right and {wrongSame} of {wrongOnes} "
                + $"wrong ones; {watch.Elapsed.TotalMilliseconds / Math.Max(1, lines):F3} ms a line"));
        return 0;
    }
}
