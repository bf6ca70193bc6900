namespace RebaseBatch.Inference.Catalog;

/// <summary>What shows, without reading a file, that it is no longer the same one.</summary>
readonly record struct FileStamp(string Path, long Bytes, DateTime Created, DateTime Written)
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileStamp Of(string path)
    {
        var info = new FileInfo(path);
        return new(info.FullName, info.Length, info.CreationTimeUtc, info.LastWriteTimeUtc);
    }

    /// <summary>Whether another file is there now. A file that is gone has not changed: what was loaded from it is still known.</summary>
    public bool HasChanged() => File.Exists(Path) && Of(Path) != this;
}
