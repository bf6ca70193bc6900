namespace RebaseBatch.Core.Searching;

/// <summary>
/// A step that a strategy wants sampled: child <paramref name="ChildIndex"/> of <paramref name="ParentNo"/>. It becomes node
/// <paramref name="No"/>.
/// </summary>
readonly record struct PlannedStep(int No, int ParentNo, int ChildIndex, StepRole Role = StepRole.Scored);
