using System.Collections.Frozen;
using System.Globalization;

namespace RebaseBatch.Core.Datasets.ParquetFiles;

/// <summary>
/// Checks a footer or a page header of a Parquet file before the library reads it. The library trusts these bytes: bytes that end early
/// keep it in a loop for ever, a false count takes all memory, and a field that it does not know shifts all that follow.
/// </summary>
static class ParquetMetadata
{
    // parquet.thrift of Parquet's format 2.12, as the library has it. A struct's name, then its fields: number and type. i is an integer,
    // b a truth value, y a byte, d a double, s a text or bytes, [ a list, another name is a struct, and - one without fields.
    static readonly FrozenDictionary<string, FrozenDictionary<int, string>> s_structs = Parse("""
        File 1i 2[Element 3i 4[Group 5[Pair 6s 7[Order 8Cipher 9s
        Element 1i 2i 3i 4s 5i 6i 7i 8i 9i 10Logical
        Logical 1- 2- 3- 4- 5Decimal 6- 7Time 8Time 10Integer 11- 12- 13- 14- 15- 16Variant 17Place 18Place
        Decimal 1i 2i
        Time 1b 2Unit
        Unit 1- 2- 3-
        Integer 1y 2b
        Variant 1y
        Place 1s 2i
        -
        Group 1[Chunk 2i 3i 4[Sorted 5i 6i 7i
        Sorted 1i 2b 3b
        Chunk 1s 2i 3Column 4i 5i 6i 7i 8Secret 9s
        Secret 1- 2Key
        Key 1[s 2s
        Column 1i 2[i 3[s 4i 5i 6i 7i 8[Pair 9i 10i 11i 12Statistics 13[Encoded 14i 15i 16Sizes 17Places
        Statistics 1s 2s 3i 4i 5s 6s 7b 8b
        Encoded 1i 2i 3i
        Sizes 1i 2[i 3[i
        Places 1Box 2[i
        Box 1d 2d 3d 4d 5d 6d 7d 8d
        Pair 1s 2s
        Order 1-
        Cipher 1Keys 2Keys
        Keys 1s 2s 3b
        Page 1i 2i 3i 4i 5Data 6- 7Dictionary 8Data2
        Data 1i 2i 3i 4i 5Statistics
        Dictionary 1i 2i 3b
        Data2 1i 2i 3i 4i 5i 6i 7b 8Statistics
        """);

    /// <param name="name">The struct that the bytes begin with: File or Page.</param>
    /// <param name="found">Called for each struct with the number 0, and for each of its numbers, truth values and structs with the
    /// field's number.
    /// </param>
    /// <returns>How many bytes the struct has.</returns>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static int Read(ReadOnlySpan<byte> bytes, string name, Action<string, int, long> found)
    {
        var thrift = new ThriftBytes(bytes);
        Struct(ref thrift, name, found);
        return thrift.Position;
    }

    // The table has no circle, so the recursion is as deep as the table at most.
    static void Struct(ref ThriftBytes thrift, string name, Action<string, int, long> found)
    {
        found(name, 0, 0);
        var id = 0;
        while (thrift.Field(ref id, out var type))
        {
            if (s_structs[name].TryGetValue(id, out var kind)) Value(ref thrift, name, id, kind, type, found);
            else Unknown(ref thrift, type);
        }
    }

    static void Value(ref ThriftBytes thrift, string name, int id, string kind, ThriftType type, Action<string, int, long> found)
    {
        var expected = kind switch
        {
            "i" => type is ThriftType.I16 or ThriftType.I32 or ThriftType.I64,
            "b" => type is ThriftType.True or ThriftType.False,
            "y" => type is ThriftType.Byte,
            "d" => type is ThriftType.Double,
            "s" => type is ThriftType.Binary,
            ['[', ..] => type is ThriftType.List,
            _ => type is ThriftType.Struct,
        };
        if (!expected) throw new InvalidDataException($"field {id} of {name} is of type {type}");
        switch (kind)
        {
            case "i": found(name, id, thrift.Number()); break;
            case "b": found(name, id, type is ThriftType.True ? 1 : 0); break;
            case "y" or "d" or "s": thrift.SkipScalar(type); break;
            case ['[', ..]:
                for (var left = thrift.List(out var item); left > 0; left--) Value(ref thrift, name, id, kind[1..], item, found);
                break;
            default:
                found(name, id, 0);
                Struct(ref thrift, kind, found);
                break;
        }
    }

    /// <summary>A field of a later version of the format. Only what the library goes behind without a fault may stand there.</summary>
    static void Unknown(ref ThriftBytes thrift, ThriftType type)
    {
        switch (type)
        {
            case ThriftType.List:
                var left = thrift.List(out var item);
                if (item is ThriftType.True or ThriftType.False) throw Unreadable();
                for (; left > 0; left--) thrift.SkipScalar(item);
                break;
            case ThriftType.Struct:
                var id = 0;
                if (thrift.Field(ref id, out _)) throw Unreadable();
                break;
            default:
                thrift.SkipScalar(type);
                break;
        }

        static InvalidDataException Unreadable() => new("its metadata has a field of a later version of the format");
    }

    static FrozenDictionary<string, FrozenDictionary<int, string>> Parse(string table) => table.Split('\n').Select(line => line.Split(' '))
        .ToFrozenDictionary(words => words[0].Trim(), words => words.Skip(1).Select(word => word.Trim()).ToFrozenDictionary(
            word => int.Parse(string.Concat(word.TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture),
            word => word.TrimStart(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])));
}
