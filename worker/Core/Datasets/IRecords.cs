namespace RebaseBatch.Core.Datasets;

/// <summary>The records of a dataset, one at a time, each as the JSON of one problem.</summary>
interface IRecords
{
    /// <summary>Number of the current record, 1 for the first: the line where it begins, or its place in a JSON array.</summary>
    int Number { get; }

    /// <summary>The current record as UTF-8, valid until the next call; not checked for anything. Blank for a blank line.</summary>
    ReadOnlyMemory<byte> Line { get; }

    /// <summary>Why the current record can't be read; null when <see cref="Line"/> has it.</summary>
    string? Fault { get; }

    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The stream can't be read.</exception>
    ValueTask<bool> ReadAsync(CancellationToken ct);
}
