using System.Text;
using RebaseBatch.Contracts;
using RebaseBatch.Edge.Intake;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

[Fast]
public sealed class JobMessageReaderTests
{
    [Fact]
    public void A_message_with_problems_is_a_job_with_the_defaults_of_its_strategy()
    {
        var request = Read("""
            {"version": 1, "job": {"policy": "p", "strategy": "greedy", "seed": 7}, "problems": [
                {"custom_id": "a", "question": "1 + 1?", "gold_answer": "2"},
                {"question": "2 + 2?", "answer": "2 + 2 = 4\n#### 4"}]}
            """);
        Assert.Equal(JobSpec.DefaultsOf(Preset.Corrected, SearchStrategy.Greedy, scored: false) with { Policy = "p", Seed = 7 },
            request.Spec);
        Assert.Equal([new("a", "a", "1 + 1?", "2"), new("problem-2", "problem-2", "2 + 2?", "4")], request.Problems);
        Assert.Null(request.Dataset);
    }

    [Fact]
    public void A_message_with_a_dataset_names_the_lines_that_it_wants()
    {
        var request = Read("""
            {"version": 1, "job": {"policy": "p", "reward": "r", "preset": "authors"},
              "dataset": {"uri": "https://host/a.jsonl", "first_line": 11, "last_line": 20}}
            """);
        Assert.Equal(new DatasetReference { Uri = "https://host/a.jsonl", FirstLine = 11, LastLine = 20 }, request.Dataset);
        Assert.Equal(JobSpec.DefaultsOf(Preset.Authors) with { Policy = "p", Reward = "r" }, request.Spec);
        Assert.Empty(request.Problems);
    }

    [Fact]
    public void A_message_may_name_its_datasets_fields()
    {
        var request = Read("""
            {"version": 1, "job": {"policy": "p", "reward": "r"}, "dataset": {"uri": "https://host/a.parquet", "question_field": "q",
              "answer_field": "a.b", "id_field": "i", "level_field": "l"}}
            """);
        Assert.Equal(new DatasetFields("q", "a.b", "i", "l"), request.Dataset!.Fields());
    }

    [Theory]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"dataset\": {\"uri\": \"https://h/a\", \"answer_field\": \"\"}}",
        "dataset.answer_field: '' is not a field's name")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"dataset\": {\"uri\": \"s3://b/a\"}}", "give a presigned https address")]
    [InlineData("", "not a job message")]
    [InlineData(@"{""version"": 1, ""job"": {""policy"": ""p"", ""name"": ""a\u0000""}, ""dataset"": {""uri"": ""https://h/a""}}",
        "job.name: it has the character U+0000")]
    [InlineData(@"{""version"": 1, ""job"": {""policy"": ""p"", ""name"": ""\ud800""}, ""dataset"": {""uri"": ""https://h/a""}}",
        "a text in the body is not Unicode")]
    [InlineData(@"{""version"": 1, ""job"": {""policy"": ""p"", ""\ud800"": 1}, ""dataset"": {""uri"": ""https://h/a""}}",
        "a text in the body is not Unicode")]
    [InlineData("null", "the body is null")]
    [InlineData("[1]", "not a job message")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"job\": {}}", "not a job message")]
    [InlineData("{\"job\": {\"policy\": \"p\"}, \"problems\": []}", "version")]
    [InlineData("{\"version\": 0, \"job\": {\"policy\": \"p\"}, \"dataset\": {\"uri\": \"https://h/a\"}}", "version: 0")]
    [InlineData("{\"version\": 1, \"jobs\": {}}", "jobs")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}}", "no problems")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"problems\": []}", "problems: the list is empty")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"problems\": [1], \"dataset\": {\"uri\": \"https://h/a\"}}", "not both")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\", \"strategy\": \"greedy\"}, \"problems\": [7, {\"question\": \"\"}, null]}",
        "problems[0]|problems[1]|problems[2]")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\", \"strategy\": \"greedy\"}, \"problems\": [{\"custom_id\": \"x\", "
        + "\"question\": \"a\"}, {\"custom_id\": \"x\", \"question\": \"b\"}]}", "'x' occurs more than once")]
    [InlineData("{\"version\": 1, \"job\": {}, \"dataset\": {\"uri\": \"https://h/a\"}}", "job.policy")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": 5}, \"dataset\": {\"uri\": \"https://h/a\"}}", "job.policy: 5 is not a text")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\", \"widht\": 4, \"temperature\": \"hot\"}, \"dataset\": "
        + "{\"uri\": \"https://h/a\"}}", "is it width|'hot' is not a number")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\", \"width\": 1000}, \"dataset\": {\"uri\": \"https://h/a\"}}",
        "needs a reward model|1000 is not within 1 to 256")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"dataset\": {\"uri\": \"data.jsonl\"}}", "dataset.uri")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"dataset\": {\"uri\": \"file:///etc/passwd\"}}", "dataset.uri")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"dataset\": {\"uri\": \"https://h/a\", \"first_line\": 0}}", "first_line")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"dataset\": {\"uri\": \"https://h/a\", "
        + "\"first_line\": 5, \"last_line\": 4}}", "last_line")]
    [InlineData("{\"version\": 1, \"job\": {\"policy\": \"p\"}, \"dataset\": {\"uri\": \"https://h/a\", \"lines\": 4}}", "lines")]
    public void What_is_wrong_is_said_all_at_once(string body, string said)
    {
        var fault = Assert.Throws<MalformedMessageException>(() => Read(body));
        Assert.All(said.Split('|'), part => Assert.Contains(part, fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_newer_version_is_left_to_newer_workers_whatever_else_it_holds() =>
        Assert.Throws<NewerMessageException>(() => Read("""{"version": 2, "job": {"policy": "p", "of_tomorrow": 1}, "shards": []}"""));

    static JobRequest Read(string body) => JobMessageReader.Read(Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData("""{"job": {"name": "nightly", "widht": 4}}""", "nightly")]
    [InlineData("""{"job": {"name": 7}}""", null)]
    [InlineData("""{"job": {"name": "\ud800"}}""", null)]
    [InlineData("""{"job": "nightly"}""", null)]
    [InlineData("[]", null)]
    [InlineData("no json", null)]
    [InlineData("", null)]
    public void A_name_is_read_of_what_is_malformed_if_it_can_be(string body, string? name) =>
        Assert.Equal(name, JobMessageReader.NameOf(Encoding.UTF8.GetBytes(body)));
}
