using System.Text.Json;

namespace RebaseBatch.Benchmarks.Models;

/// <summary>The head of a random reward model that is scored from its hidden states, as Skywork's files name it.</summary>
static class RandomHead
{
    /// <summary>Writes a safetensors file: the header's length, the header, the numbers.</summary>
    public static void Write(string path, int width)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["v_head.summary.weight"] = new { dtype = "F32", shape = (int[])[1, width], data_offsets = (int[])[0, width * 4] },
            ["v_head.summary.bias"] = new { dtype = "F32", shape = (int[])[1], data_offsets = (int[])[width * 4, (width + 1) * 4] },
        });
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write((long)header.Length);
        writer.Write(header);
        // Scores near a half.
        var random = new Random(1);
        for (var i = 0; i < width; i++) writer.Write((random.NextSingle() - 0.5f) / width);
        writer.Write(0f);
    }
}
