namespace RebaseBatch.Platform.Files;

/// <summary>What a name in a folder is: the upper four bits of st_mode, as inode(7) lists them.</summary>
enum UnixKind
{
    Pipe = 0x1000,
    CharacterDevice = 0x2000,
    Folder = 0x4000,
    BlockDevice = 0x6000,
    File = 0x8000,
    Link = 0xA000,
    Socket = 0xC000,
}
