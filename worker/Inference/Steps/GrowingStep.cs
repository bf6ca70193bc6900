using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Steps;

/// <summary>
/// The tokens of one step while they come, and where the step ends. Every sampler ends its steps by this class, so a step has the same
/// tokens wherever they were drawn.
/// </summary>
sealed class GrowingStep(StepRequest request, ILanguageModel model)
{
    readonly StepText _text =
        new(request.Boundary.Bytes(request.Depth), inclusive: !request.Boundary.Numbered, request.Boundary.IsStopString);
    int _drawn;

    /// <summary>Tokens of it so far, without end-of-generation.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens that may still come.</summary>
    public int Left => request.MaxTokens - _drawn;

    /// <summary>Tokens drawn so far, including end-of-generation.</summary>
    public int Drawn => _drawn;

    /// <summary>Why it ended; null while it goes on.</summary>
    public StepEnd? End { get; private set; }

    /// <summary>Tokens that belong to the step: all of <see cref="Count"/>, or those before a mark that begins the next step.</summary>
    public int Kept => End == StepEnd.Boundary ? _text.KeptTokens() : Count;

    public string Text => _text.Take(Kept);

    /// <summary>Takes the next token; true when the step goes on.</summary>
    public bool Add(int token)
    {
        _drawn++;
        if (model.IsEndOfGeneration(token))
        {
            End = StepEnd.EndOfGeneration;
            return false;
        }

        Count++;
        if (_text.Append(model.Piece(token))) End = StepEnd.Boundary;
        else if (Left == 0) End = StepEnd.Limit;
        return End is null;
    }

    /// <summary>Ends it where it is: nothing more comes.</summary>
    public void Finish(StepEnd end) => End ??= end;
}
