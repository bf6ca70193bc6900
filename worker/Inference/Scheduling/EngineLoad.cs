namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// How full an engine is at one moment. Other threads read it while the engine works, so its figures may come from two turns.
/// </summary>
/// <param name="Cells">All its KV cells.</param>
/// <param name="CellsUsed">Those that hold a token, of running sequences and of kept prefixes.</param>
/// <param name="Waiting">Requests with a sequence that waits to be admitted, plus preempted sequences.</param>
readonly record struct EngineLoad(int Cells, int CellsUsed, int Waiting)
{
    public static EngineLoad operator +(EngineLoad a, EngineLoad b) =>
        new(a.Cells + b.Cells, a.CellsUsed + b.CellsUsed, a.Waiting + b.Waiting);
}
