using System.Buffers.Binary;
using System.Text.Json;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Inference.Rewards.Heads;

/// <summary>
/// Named tensors in a file: eight bytes that give the length of a JSON header (little-endian), the header (name to type, shape and byte
/// range), then the numbers (https://huggingface.co/docs/safetensors). Only the tensors asked for are read, so the file may
/// be the shard of the whole model that holds the head.
/// </summary>
sealed class SafetensorsFile : IDisposable
{
    sealed record Tensor(string Type, long[] Shape, long Begin, long End);

    /// <summary>Longest header that is accepted, as in the format's own reader.</summary>
    const long LongestHeader = 100_000_000;

    readonly string _path;
    readonly FileStream _file;
    readonly Dictionary<string, Tensor> _tensors;
    readonly long _data;

    SafetensorsFile(string path, FileStream file)
    {
        (_path, _file) = (path, file);
        var length = new byte[8];
        if (file.ReadAtLeast(length, 8, throwOnEndOfStream: false) < 8) throw Unusable("it is shorter than a header");
        var header = BinaryPrimitives.ReadInt64LittleEndian(length);
        if (header < 2 || header > LongestHeader || header > file.Length - 8)
            throw Unusable("it does not begin with the length of its header");
        _data = 8 + header;
        var json = new byte[header];
        file.ReadExactly(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            _tensors = document.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__")
                .ToDictionary(entry => entry.Name, entry => Entry(entry.Value));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or ArgumentException or IndexOutOfRangeException)
        {
            throw Unusable($"its header can't be read: {e.Message}");
        }
    }

    /// <exception cref="UserException">Missing, unreadable, or not a safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (SpecialFile.FaultOf(path) is { } fault) throw new UserException(ExitCode.BadInput, $"the reward head {path} {fault}");
        if (!File.Exists(path)) throw new UserException(ExitCode.NotFound, $"the reward head {path} does not exist");
        FileStream? file = null;
        try
        {
            file = File.OpenRead(path);
            return new(path, file);
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is UnauthorizedAccessException or IOException)
                throw new UserException(ExitCode.NoPermission, $"the reward head {path} can't be read: {e.Message}", e);
            throw;
        }
    }

    /// <summary>The tensor's numbers, row after row.</summary>
    /// <param name="shape">What it must have.</param>
    /// <exception cref="UserException">It is not there, or has another shape or a type other than F32, F16 and BF16.</exception>
    public float[] Read(string name, params ReadOnlySpan<long> shape)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
            throw Unusable(
                $"it holds no tensor '{name}'; it holds "
                    + $"{string.Join(", ", _tensors.Keys.Order(StringComparer.Ordinal).Take(8))}{(_tensors.Count > 8 ? ", ..." : "")}");
        if (!shape.SequenceEqual(tensor.Shape))
            throw Unusable($"its tensor '{name}' is {Show(tensor.Shape)}, and with this model it must be {Show(shape)}");
        var size = tensor.Type switch
        {
            "F32" => 4,
            "F16" or "BF16" => 2,
            _ => throw Unusable($"its tensor '{name}' is of type {tensor.Type}, and only F32, F16 and BF16 can be read"),
        };
        long count = 1;
        foreach (var side in shape) count *= side;
        if (tensor.Begin < 0 || tensor.End - tensor.Begin != count * size || tensor.End > _file.Length - _data)
            throw Unusable($"its tensor '{name}' does not fill its bytes");

        var bytes = new byte[count * size];
        _file.Position = _data + tensor.Begin;
        _file.ReadExactly(bytes);
        var numbers = new float[count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = Number(tensor.Type, bytes.AsSpan(i * size, size));
        return numbers;
    }

    public void Dispose() => _file.Dispose();

    static float Number(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        // BF16 is the upper half of a single.
        _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
    };

    static Tensor Entry(JsonElement entry)
    {
        var range = entry.GetProperty("data_offsets");
        return new(entry.GetProperty("dtype").GetString()!,
            [.. entry.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())], range[0].GetInt64(), range[1].GetInt64());
    }

    static string Show(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    UserException Unusable(string reason) => new(ExitCode.ModelUnusable,
        $"the reward head {_path} can't be used: {reason}; name the safetensors file that holds the model's head in "
            + "its catalog entry's Head");
}
