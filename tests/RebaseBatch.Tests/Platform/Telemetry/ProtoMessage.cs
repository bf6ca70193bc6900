using System.Buffers.Binary;
using System.Text;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>
/// A message in protobuf's wire format, read by field numbers: https://protobuf.dev/programming-guides/encoding. The numbers are those of
/// https://github.com/open-telemetry/opentelemetry-proto.
/// </summary>
sealed class ProtoMessage
{
    readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> content)
    {
        var at = 0;
        while (at < content.Length)
        {
            var (key, number, bytes) = (Varint(content.Span, ref at), 0UL, ReadOnlyMemory<byte>.Empty);
            switch (key & 7)
            {
                case 0:
                    number = Varint(content.Span, ref at);
                    break;
                case 1:
                    number = BinaryPrimitives.ReadUInt64LittleEndian(content.Span[at..]);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(content.Span, ref at);
                    bytes = content.Slice(at, length);
                    at += length;
                    break;
                case 5:
                    number = BinaryPrimitives.ReadUInt32LittleEndian(content.Span[at..]);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {key & 7}");
            }
            _fields.Add(((int)(key >> 3), number, bytes));
        }
    }

    public IEnumerable<ProtoMessage> Messages(int field) => _fields.Where(found => found.Field == field)
        .Select(found => new ProtoMessage(found.Bytes));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    public ReadOnlyMemory<byte> Bytes(int field) => _fields.Find(found => found.Field == field).Bytes;

    public ulong Number(int field) => _fields.Find(found => found.Field == field).Number;

    public bool Has(int field) => _fields.Exists(found => found.Field == field);

    /// <summary>The list of KeyValue in a field: texts, whole numbers and doubles.</summary>
    public Dictionary<string, object> Attributes(int field) => Messages(field).ToDictionary(pair => pair.Text(1), pair =>
    {
        var value = pair.Messages(2).Single();
        return value.Has(3) ? (long)value.Number(3) : value.Has(4)
            ? BitConverter.UInt64BitsToDouble(value.Number(4)) : (object)value.Text(1);
    });

    static ulong Varint(ReadOnlySpan<byte> from, ref int at)
    {
        for (var (result, shift) = (0UL, 0); ; shift += 7)
        {
            var part = from[at++];
            result |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return result;
        }
    }
}
