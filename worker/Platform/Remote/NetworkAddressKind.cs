namespace RebaseBatch.Platform.Remote;

/// <summary>Whose an IP address is, as far as its number says.</summary>
enum NetworkAddressKind
{
    /// <summary>Anyone's on the internet.</summary>
    Public,

    /// <summary>In a network of this organisation.</summary>
    Private,

    /// <summary>This machine, its own link (where clouds have their metadata), many machines at once, or nobody.</summary>
    Local,
}
