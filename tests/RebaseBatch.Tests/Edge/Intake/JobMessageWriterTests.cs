using System.Text;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Edge.Intake;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

[Fast]
public sealed class JobMessageWriterTests
{
    public static TheoryData<JobSpec> Specs() =>
    [
        JobSpec.DefaultsOf(Preset.Corrected, SearchStrategy.Rebase, scored: true) with { Policy = "p", Reward = "r" },
        JobSpec.DefaultsOf(Preset.Authors, SearchStrategy.Rebase, scored: true) with { Policy = "p", Reward = "r", Name = "ночь" },
        JobSpec.DefaultsOf(Preset.Corrected, SearchStrategy.Greedy, scored: false) with { Policy = "p" },
        JobSpec.DefaultsOf(Preset.Corrected, SearchStrategy.Sampling, scored: false) with
        {
            Policy = "p", Width = 64, TopP = 0.9, MaxTokensPerJob = 5_000_000_000, Deadline = DateTimeOffset.UnixEpoch, Seed = -3,
        },
    ];

    [Theory]
    [MemberData(nameof(Specs))]
    public void What_is_written_is_read_as_it_was(JobSpec spec)
    {
        ProblemSpec[] problems = [new("a", "q-a", "¿1 + 1? \"now\"\n", "2"), new("b", "b", "x", null, 3)];
        var inline = JobMessageReader.Read(JobMessageWriter.Write(spec, problems));
        Assert.Equal(spec, inline.Spec);
        Assert.Equal(problems, inline.Problems);

        var reference = new DatasetReference { Uri = "https://host/a.jsonl", LastLine = 9, AnswerField = "a.b" };
        var elsewhere = JobMessageReader.Read(JobMessageWriter.Write(spec, reference));
        Assert.Equal((spec, reference), (elsewhere.Spec, elsewhere.Dataset));
    }

    [Fact]
    public void Tags_are_written_only_when_there_are_any_and_bad_ones_make_a_message_malformed()
    {
        var spec = new JobSpec { Policy = "p", Strategy = SearchStrategy.Greedy, Width = 1, Temperature = 0 };
        var tagged = JobMessageWriter.Write(spec, [new("a", "a", "x", "2")], TagSet.Read(["team=a", "nightly"]).Tags);
        Assert.Equal("nightly team=a", JobMessageReader.Read(tagged).Tags.ToString());
        // Workers of earlier versions read a message without the key.
        var plain = JobMessageWriter.Write(spec, [new("a", "a", "x", "2")]);
        Assert.DoesNotContain("tags", Encoding.UTF8.GetString(plain), StringComparison.Ordinal);
        Assert.True(JobMessageReader.Read(plain).Tags.IsEmpty);

        var bad = Encoding.UTF8.GetString(tagged).Replace("team=a", "te am=a", StringComparison.Ordinal);
        var fault = Assert.Throws<MalformedMessageException>(() => JobMessageReader.Read(Encoding.UTF8.GetBytes(bad)));
        Assert.Contains("tags: the tag's key 'te am'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_in_the_repository_is_the_programs()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "job-message.schema.json");
        Assert.Equal(JobMessageSchema.Text(), File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_schema_names_every_part_that_a_written_message_has()
    {
        var schema = JsonNode.Parse(JobMessageSchema.Text())!["properties"]!;
        var message =
            JsonNode.Parse(
                Encoding.UTF8.GetString(JobMessageWriter.Write(new() { Policy = "p" }, new DatasetReference
                {
                    Uri = "https://h/a", QuestionField = "q", AnswerField = "a", IdField = "i", LevelField = "l",
                })))!;
        Assert.All(message.AsObject(), part => Assert.NotNull(schema[part.Key]));
        foreach (var part in new[] { "job", "dataset" })
            Assert.All(message[part]!.AsObject(), member => Assert.NotNull(schema[part]!["properties"]![member.Key]));
    }
}
