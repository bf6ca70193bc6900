using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Inference.Scheduling;

/// <summary>
/// The KV memory of a context the slow way: every cell is an object with its token, counted once however many sequences share it.
/// </summary>
sealed class CellMemory(int sequences)
{
    sealed class Cell(int token)
    {
        public int Token { get; } = token;
    }

    readonly List<Cell>[] _sequences = [.. Enumerable.Range(0, sequences).Select(_ => new List<Cell>())];

    public int Used => _sequences.SelectMany(s => s).Distinct().Count();

    public int Length(int sequence) => _sequences[sequence].Count;

    public int[] Tokens(int sequence) => [.. _sequences[sequence].Select(cell => cell.Token)];

    public int HeldBy(params int[] kept) => kept.SelectMany(s => _sequences[s]).Distinct().Count();

    public void Append(int sequence, IEnumerable<int> tokens) => _sequences[sequence].AddRange(tokens.Select(token => new Cell(token)));

    public void Fork(int from, int to, int length) => _sequences[to].AddRange(_sequences[from].Take(length));

    public void Truncate(int sequence, int length) => _sequences[sequence].RemoveRange(length, Length(sequence) - length);

    /// <summary>Runs what the scheduler has recorded, and refuses what a context would refuse.</summary>
    public void Run(KvOperations operations)
    {
        foreach (var (sequence, length, source) in operations.Pending)
        {
            if (source is { } from)
            {
                if (Length(sequence) != 0 || length < 1 || length > Length(from))
                    throw new InvalidOperationException($"sequence {sequence} can't share {length} tokens of {from}");
                Fork(from, sequence, length);
            }
            else
            {
                if (length >= Length(sequence))
                    throw new InvalidOperationException(
                        $"sequence {sequence} holds {Length(sequence)} tokens and can't be cut to {length}");
                Truncate(sequence, length);
            }
        }

        operations.Clear();
    }

    /// <summary>Appends a batch's tokens.</summary>
    public void Decode(DecodeBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch.Positions[i] != Length(batch.Sequences[i]))
                throw new InvalidOperationException($"position {batch.Positions[i]} does not follow sequence {batch.Sequences[i]}");
            Append(batch.Sequences[i], [batch.Tokens[i]]);
        }
    }
}
