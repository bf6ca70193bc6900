using System.Runtime.InteropServices;
using LLama.Abstractions;
using LLama.Native;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <summary>
/// Chooses the files that LLamaSharp loads: the first of its own candidates that this machine can load. It records which file that was.
/// LLamaSharp itself reports no reason when a file can't be loaded, and then tries whatever libllama the system has.
/// </summary>
/// <param name="folder">The program's folder, in which the backend package's folder <c>runtimes</c> lies.</param>
sealed class LLamaSharpFiles(string folder) : INativeLibrarySelectingPolicy
{
    /// <summary>The loaded libllama; null when there is none.</summary>
    public string? Path { get; private set; }

    /// <summary>Its handle.</summary>
    public nint Llama { get; private set; }

    /// <summary>Why the best candidate can't be loaded; null when no candidate has a file here.</summary>
    public string? Fault { get; private set; }

    /// <summary>Folder of the first candidate that has files here; null when none has.</summary>
    public string? Found { get; private set; }

    /// <summary>The chosen CPU variant or GPU backend (avx2, avx512, cuda12), and what a better one lacks.</summary>
    public string Variant
    {
        get
        {
            var chosen = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path)) ?? "";
            return Fault is null ? chosen : $"{chosen}, as those of {System.IO.Path.GetFileName(Found)} can't be loaded: {Fault}";
        }
    }

    public IEnumerable<INativeLibrary> Apply(
        NativeLibraryConfig.Description description, SystemInfo systemInfo, NativeLogConfig.LLamaLogCallback? logCallback)
    {
        if (Path is null && Found is null)
        {
            foreach (var candidate in new DefaultNativeLibrarySelectingPolicy().Apply(description, systemInfo, logCallback))
                foreach (var path in candidate.Prepare(systemInfo, logCallback))
                    if (Path is null) Try(System.IO.Path.Combine(folder, path), candidate.Metadata);
        }

        // By its full path: LLamaSharp would look for a relative one in the current folder first.
        return Path is null ? [] : [new NativeLibraryFromPath(Path)];
    }

    /// <summary>The file that ends so beside libllama, which the loader has mapped already.</summary>
    public nint Beside(string name) => NativeLibrary.Load(Sibling(Path!, name));

    internal void Try(string llama, NativeLibraryMetadata? metadata)
    {
        if (!File.Exists(llama)) return;
        Found ??= System.IO.Path.GetDirectoryName(llama);
        var before = Before(llama, metadata).ToList();
        var folders = before.Append(llama).Select(file => System.IO.Path.GetDirectoryName(file)!).Distinct(StringComparer.Ordinal);
        if (folders.Select(NativeFile.FaultIn).FirstOrDefault(fault => fault is not null) is { } cut)
        {
            Fault ??= cut;
            return;
        }

        var handles = new List<nint>();
        try
        {
            foreach (var file in before) handles.Add(NativeLibrary.Load(file));
            (Llama, Path) = (NativeLibrary.Load(llama), llama);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            Fault ??= MissingPart.Of(e.Message);
            for (var i = handles.Count - 1; i >= 0; i--) NativeLibrary.Free(handles[i]);
        }
    }

    /// <summary>
    /// What must be loaded before libllama, because it is in no folder that libllama names. All the rest comes with libllama in one call:
    /// when a part is missing, Linux's loader then leaves nothing in the process. A ggml-base that was loaded by a call of its own stays
    /// for ever, since it has symbols that glibc keeps (STB_GNU_UNIQUE).
    /// </summary>
    static IEnumerable<string> Before(string llama, NativeLibraryMetadata? metadata)
    {
        foreach (var backend in (string[])["ggml-cuda", "ggml-vulkan"])
            if (File.Exists(Sibling(llama, backend))) yield return Sibling(llama, backend);
        if (metadata is null || File.Exists(Sibling(llama, "ggml-cpu"))) yield break;

        // A GPU's folder has no CPU files: they are in the folder of the CPU variant, or above it where a platform has one variant only.
        var natives = System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(llama))!;
        var level = metadata.AvxLevel switch
        {
            AvxLevel.Avx512 => "avx512",
            AvxLevel.Avx2 => "avx2",
            AvxLevel.Avx => "avx",
            _ => "noavx",
        };
        var file = System.IO.Path.GetFileName(Sibling(llama, "ggml-cpu"));
        foreach (var cpu in (string[])[System.IO.Path.Combine(natives, level, file), System.IO.Path.Combine(natives, file)])
        {
            if (!File.Exists(cpu)) continue;
            yield return cpu;
            yield break;
        }
    }

    // libllama.so: libggml.so; llama.dll: ggml.dll.
    static string Sibling(string llama, string name) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(llama)!,
        System.IO.Path.GetFileName(llama).Replace("llama", name, StringComparison.Ordinal));
}
