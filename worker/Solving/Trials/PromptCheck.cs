using System.Text.RegularExpressions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Solving.Trials;

/// <summary>Whether a policy's prompt fits its vocabulary and the chat template of its file.</summary>
static partial class PromptCheck
{
    const string Subject = "prompt";

    public static TrialCheck Of(PromptPreset prompt, ILanguageModel model)
    {
        var broken = Markers(prompt).FirstOrDefault(marker => !IsControl(model, marker));
        if (broken is not null)
            return TrialCheck.Advice(Subject, $"'{broken}' of the prompt '{prompt.Name}' is not one control token of this model: set "
                + $"Prompt to {Fitting(model) ?? "plain"}");
        return !prompt.IsChat && Fitting(model) is { } chat
            ? TrialCheck.Advice(Subject, $"the file has a chat template, and the prompt '{prompt.Name}' does not use it: if the model was "
                + $"trained to chat, set Prompt to {chat}")
            : TrialCheck.Ok(Subject, prompt.IsChat
                ? $"each marker of the prompt '{prompt.Name}' is one control token" : $"the prompt '{prompt.Name}' has no markers");
    }

    static IEnumerable<string> Markers(PromptPreset prompt) =>
        prompt.IsChat ? Marker().Matches(prompt.Before + prompt.After).Select(match => match.Value).Distinct() : [];

    static bool IsControl(ILanguageModel model, string marker) =>
        model.Tokenize(marker, addSpecial: false, parseSpecial: true) is [var token] && model.Piece(token).IsEmpty;

    /// <summary>The chat prompt whose markers the file's own template has; null when it has no such template.</summary>
    static string? Fitting(ILanguageModel model) => model.Metadata("tokenizer.chat_template") is not { } template
        ? null
        : PromptPreset.All.FirstOrDefault(prompt => prompt.IsChat
            && Markers(prompt).All(marker => template.Contains(marker, StringComparison.Ordinal)))?.Name;

    [GeneratedRegex(@"<\|[^|<>]+\|>")]
    private static partial Regex Marker();
}
