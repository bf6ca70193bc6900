using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Solving.Trials;

namespace RebaseBatch.Commands.Models;

/// <summary>A trial as JSON.</summary>
static class TrialJson
{
    public static void Write(Utf8JsonWriter json, ModelTrial trial)
    {
        json.WriteStartObject();
        json.WriteString("question", trial.Question);
        json.WriteString("policy", trial.Policy?.Name);
        json.WriteString("reward", trial.Reward?.Name);
        if (trial.Solution is { } solution)
        {
            Tokens(json, "prompt_tokens", solution.Prompt);
            json.WriteStartArray("steps");
            foreach (var step in solution.Steps)
            {
                json.WriteStartObject();
                json.WriteString("ended_by", TrialView.EndOf(step.End));
                json.WriteNumber("tokens", step.Tokens);
                if (step.Score is { } score) json.WriteNumber("score", score);
                else json.WriteNull("score");
                json.WriteString("text", step.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("answer", solution.Answer?.Answer);
            json.WriteString("answer_form", solution.Answer?.Form.Source);
        }

        if (trial.Judgment is { } judgment)
        {
            Tokens(json, "reward_tokens", judgment.Input);
            json.WriteStartArray("judged");
            foreach (var step in judgment.Steps) Judged(json, step);
            json.WriteEndArray();
            json.WritePropertyName("right_step");
            Judged(json, judgment.Right);
            json.WritePropertyName("wrong_step");
            Judged(json, judgment.Wrong);
        }

        json.WriteStartArray("checks");
        foreach (var check in trial.Checks)
        {
            json.WriteStartObject();
            json.WriteString("subject", check.Subject);
            json.WriteString("verdict", StoredNames.Of(check.Verdict));
            json.WriteString("sentence", check.Sentence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Tokens(Utf8JsonWriter json, string name, IReadOnlyList<TrialToken> tokens)
    {
        json.WriteStartArray(name);
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("text", token.Text);
            json.WriteBoolean("control", token.IsControl);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Judged(Utf8JsonWriter json, JudgedStep step)
    {
        json.WriteStartObject();
        json.WriteString("text", step.Text);
        json.WriteNumber("at", step.At);
        json.WriteNumber("score", step.Score);
        if (step.Labels is { } labels)
        {
            json.WriteNumber("good", labels.Good);
            json.WriteNumber("bad", labels.Bad);
        }

        json.WriteEndObject();
    }
}
