using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Inference.Catalog;

/// <summary>How a policy is prompted, and how its steps and its last step are recognized.</summary>
/// <param name="Before">Text before the question; control tokens in it are tokenized as control tokens.</param>
/// <param name="After">Text after the question; control tokens in it are tokenized as control tokens.</param>
/// <param name="IsChat">Whether the texts around the question hold control tokens. The question's own text never does.</param>
/// <param name="AnswerMark">A step that holds this text ends its solution.</param>
sealed record PromptPreset(string Name, string Before, string After, bool IsChat, StepBoundary Boundary, string AnswerMark)
{
    public static readonly IReadOnlyList<PromptPreset> All =
    [
        new("plain", "", "\n", false, StepBoundary.Line, "The answer is"),
        new("llama3-chat",
            "<|start_header_id|>system<|end_header_id|>\n\nSolve the following math problem step by step, one paragraph a step. Put the "
                + "final answer within \\boxed{}.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n",
            "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", true, StepBoundary.Paragraph, "\\boxed{"),
        new("qwen-chat",
            "<|im_start|>system\nPlease reason step by step, and put your final answer within \\boxed{}.<|im_end|>\n<|im_start|>user\n",
            "<|im_end|>\n<|im_start|>assistant\n", true, StepBoundary.Paragraph, "\\boxed{"),
    ];

    /// <summary>
    /// The prompt of the authors' preset, for every policy (thu-wyz/inference_scaling, rebase.py): the raw question and their stop string.
    /// It is not in <see cref="All"/>, because it needs their rules for steps as well.
    /// </summary>
    public static readonly PromptPreset Authors = new("authors", "", "", false, StepBoundary.AuthorsStep, "The answer is");

    /// <summary>The name and the first digits of the hash of all that it says: a later version may change the texts of a name.</summary>
    public string Identity => TextIdentity.Of(
        Name, Before, After, Boundary.Mark, Boundary.Numbered ? "numbered" : "", Boundary.IsStopString ? "stop" : "", AnswerMark);

    /// <summary>The prompt's tokens.</summary>
    public int[] Encode(ILanguageModel model, string question) => IsChat
        // The question is tokenized separately, so that "<|eot_id|>" in a dataset stays text.
        ? [.. model.Tokenize(Before, addSpecial: true, parseSpecial: true), .. model.Tokenize(question, false, false),
            .. model.Tokenize(After, false, true)]
        : model.Tokenize(Before + question + After, addSpecial: true, parseSpecial: false);
}
