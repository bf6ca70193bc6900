using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// The files of a model: one, or all parts of a split model in their order. The first part may hold metadata only, so it says nothing about
/// the weights.
/// </summary>
static class GgufShards
{
    /// <param name="path">The file, or the first part.</param>
    /// <exception cref="UserException">
    /// Not a GGUF file; or not the first part, a part is missing, or a part belongs to another model.
    /// </exception>
    public static IReadOnlyList<string> Of(string path)
    {
        GgufFile.Check(path);
        var head = GgufHeader.TryRead(path);
        var name = GgufShardName.Of(path);
        // A header that makes no sense is left to the loader, which refuses it.
        if (head is null or { SplitCount: <= 1 }) return [path];
        if (name is null || name.Count != head.SplitCount)
            throw Unusable($"{path} is a part of a model that is split into {head.SplitCount} files, and its name does not say so: name it "
                + $"NAME{GgufShardName.Ending(head.SplitNo + 1, head.SplitCount)}, as llama.cpp finds the other parts by that name");
        if (name.No != 1 || head.SplitNo != 0)
            throw Unusable($"{path} is part {head.SplitNo + 1} of {head.SplitCount} of a split model: name its first part, "
                + $"{name.Part(1)}");
        return [.. Enumerable.Range(1, head.SplitCount).Select(no => Checked(name.Part(no), no, head.SplitCount))];
    }

    static string Checked(string path, int no, int count)
    {
        if (!File.Exists(path))
            throw new UserException(ExitCode.NotFound,
                $"part {no} of {count} of a split model is missing: {path} does not exist; put all {count} parts into one folder");
        var head = GgufHeader.Read(path);
        return (head.SplitNo, head.SplitCount) == (no - 1, count) ? path : throw Unusable(
            $"{path} is not part {no} of {count}: its header says part {head.SplitNo + 1} of {Math.Max(1, head.SplitCount)}; put the parts "
                + "of one model into one folder");
    }

    static UserException Unusable(string reason) => new(ExitCode.ModelUnusable, reason);
}
