using System.Text;

namespace RebaseBatch.Inference.Steps;

/// <summary>Where one solution step ends and the next begins.</summary>
/// <param name="Mark">The text that ends a step and belongs to it; for a numbered boundary the word before the number.</param>
/// <param name="Numbered">
/// Whether a step ends where "<paramref name="Mark"/> k+1:" would begin; that header is left to the next step.
/// </param>
/// <param name="IsStopString">
/// Whether a numbered boundary works as a generation server's stop string. Then it has no colon, so "Step 12" also ends a step that waits
/// for "Step 1". It may also come at the first token, and then the step is empty.
/// </param>
sealed record StepBoundary(string Mark, bool Numbered = false, bool IsStopString = false)
{
    public static readonly StepBoundary Line = new("\n");
    public static readonly StepBoundary Paragraph = new("\n\n");
    public static readonly StepBoundary NumberedStep = new("Step", Numbered: true);

    /// <summary>The authors' stop string (thu-wyz/inference_scaling, rebase.py, expand).</summary>
    public static readonly StepBoundary AuthorsStep = new("Step", Numbered: true, IsStopString: true);

    /// <summary>The bytes to look for while step number <paramref name="depth"/> (from 1) is sampled.</summary>
    public byte[] Bytes(int depth) => Encoding.UTF8.GetBytes(Numbered ? $"{Mark} {depth + 1}{(IsStopString ? "" : ":")}" : Mark);

    /// <summary>Reads a configured boundary: "line", "paragraph", "numbered", or the mark itself with \n for a line break.</summary>
    public static StepBoundary Parse(string text) => text switch
    {
        "line" => Line,
        "paragraph" => Paragraph,
        "numbered" => NumberedStep,
        _ => new(text.Replace("\\n", "\n", StringComparison.Ordinal)),
    };
}
