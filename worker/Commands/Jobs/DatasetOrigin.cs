using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Commands.Jobs;

/// <summary>What is stored of where a job's dataset came from.</summary>
static class DatasetOrigin
{
    /// <summary>The file's name; of what was sent to the program: stdin.</summary>
    public static string NameOf(string dataset) =>
        dataset == InputText.Stdin ? DatasetFile.NameOf(dataset) : RemoteUri.NameOf(dataset);

    /// <summary>The whole path, or the address without its query; null for what was sent to the program.</summary>
    public static string? PathOf(CommandContext context, string dataset) => dataset == InputText.Stdin ? null
        : RemoteUri.Is(dataset) ? RemoteUri.PathOf(dataset) : Path.GetFullPath(dataset, context.Environment.Folder);
}
