using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RebaseBatch.Benchmarks.Models;

/// <summary>
/// Random numbers in Q8_0, written as fast as a disk takes them: one part of 9 MB is written again and again. Its number of blocks is
/// prime, so each row of a matrix begins at another place of it, and no two rows are the same up to 262,147 rows.
/// </summary>
sealed class RandomWeights
{
    /// <summary>Numbers and bytes of one block of Q8_0: a scale of two bytes, and one byte for each number.</summary>
    public const int BlockWeights = 32, BlockBytes = 2 + BlockWeights;

    const int Blocks = 262_147;
    readonly byte[] _part = new byte[Blocks * BlockBytes];
    int _columns, _next;

    public RandomWeights(int seed)
    {
        // Without a seed .NET's generator is the fast one, and it can't be seeded: this one is fast and gives the same file each time.
        var state = (ulong)seed;
        foreach (ref var number in MemoryMarshal.Cast<byte, ulong>(_part.AsSpan()))
        {
            // Steele and others, Fast splittable pseudorandom number generators, 2014.
            var mixed = state += 0x9E37_79B9_7F4A_7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            number = mixed ^ (mixed >> 31);
        }
    }

    /// <summary>Writes a matrix.</summary>
    /// <param name="columns">A multiple of 32.</param>
    public void Write(Stream file, int rows, int columns)
    {
        ScaleFor(columns);
        for (var left = (long)rows * columns / BlockWeights; left > 0;)
        {
            var blocks = (int)Math.Min(left, Blocks - _next);
            file.Write(_part, _next * BlockBytes, blocks * BlockBytes);
            left -= blocks;
            _next = (_next + blocks) % Blocks;
        }
    }

    void ScaleFor(int columns)
    {
        if (columns == _columns) return;
        _columns = columns;
        // Eight bits uniform within -127 to 127 have a deviation of 73; the scale turns it into that of a new layer, 1 / sqrt(columns).
        var scale = (Half)(1 / Math.Sqrt(columns) / 73);
        for (var block = 0; block < Blocks; block++) BinaryPrimitives.WriteHalfLittleEndian(_part.AsSpan(block * BlockBytes), scale);
    }
}
