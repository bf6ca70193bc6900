using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace RebaseBatch.Platform.Remote;

/// <summary>Tells apart the special ranges of IP addresses (RFC 6890 and IANA's registries). Pure.</summary>
static class NetworkAddress
{
    public static NetworkAddressKind KindOf(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily is AddressFamily.InterNetwork) return KindOf(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        // Addresses that carry one of the older kind: mapped, translated (64:ff9b::/96) and tunnelled (2002::/16).
        if (address.IsIPv4MappedToIPv6 || bytes.AsSpan(0, 12).SequenceEqual((byte[])[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0])
            || bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && !address.Equals(IPAddress.IPv6Any) && !IPAddress.IsLoopback(address))
            return KindOf(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)));
        if (bytes[0] == 0x20 && bytes[1] == 0x02) return KindOf(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(2)));
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any))
            return NetworkAddressKind.Local;
        return address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal ? NetworkAddressKind.Private : NetworkAddressKind.Public;
    }

    static NetworkAddressKind KindOf(uint address)
    {
        // 168.63.129.16 is Azure's own service on every machine.
        if (In(0x0000_0000, 8) || In(0x7F00_0000, 8) || In(0xA9FE_0000, 16) || address is >= 0xE000_0000 or 0xA83F_8110)
            return NetworkAddressKind.Local;
        return In(0x0A00_0000, 8) || In(0xAC10_0000, 12) || In(0xC0A8_0000, 16) || In(0x6440_0000, 10) || In(0xC612_0000, 15)
            || In(0xC000_0000, 24) ? NetworkAddressKind.Private : NetworkAddressKind.Public;

        bool In(uint network, int bits) => (address ^ network) >> (32 - bits) == 0;
    }
}
