namespace RebaseBatch.Inference.Scheduling;

/// <summary>How full an engine is at one moment. It is read while the engine works, so the figures may be a turn apart.</summary>
/// <param name="Cells">KV cells it has.</param>
/// <param name="CellsUsed">Those that hold a token, of running sequences and of kept prefixes.</param>
/// <param name="Waiting">Requests of which a sequence waits to be admitted, and preempted sequences.</param>
readonly record struct EngineLoad(int Cells, int CellsUsed, int Waiting)
{
    public static EngineLoad operator +(EngineLoad a, EngineLoad b) =>
        new(a.Cells + b.Cells, a.CellsUsed + b.CellsUsed, a.Waiting + b.Waiting);
}
