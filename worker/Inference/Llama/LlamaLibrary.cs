using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;
using static RebaseBatch.Inference.Llama.LlamaNative;

namespace RebaseBatch.Inference.Llama;

/// <summary>Loads llama.cpp's prebuilt files once per process and routes its log.</summary>
static unsafe partial class LlamaLibrary
{
    /// <summary>The one release whose struct layouts this binding knows.</summary>
    public const string Release = "0.4.0";

    static readonly Lock s_gate = new();
    static readonly Dictionary<string, nint> s_handles = [];
    static ILogger? s_log;
    static LlamaExports? s_exports;
    static TensorExports? s_tensors;
    static EmbeddingExports? s_embedding;
    static readonly LlamaLogLines s_lines = new();

    /// <summary>
    /// Loads the library from <paramref name="directory"/>, the best CPU variant and any GPU backend beside it. Later calls do nothing.
    /// </summary>
    /// <exception cref="UserException">Files are missing, or belong to another release, or the process has the other runtime.</exception>
    public static void Load(string directory, ILogger log)
    {
        lock (s_gate)
        {
            s_log = log;
            if (s_handles.Count > 0) return;

            // Each needs the one before it. They are loaded by full path, so that no other llama.cpp of the machine is found.
            var paths = new[] { GgmlBase, Ggml, LlamaNative.Llama }.Select(name => (name, path: Find(directory, name))).ToArray();
            if (NativeFile.FaultIn(directory) is { } cut)
                throw new UserException(ExitCode.ModelUnusable,
                    $"llama.cpp can't be loaded from {directory}: {cut}. Build again to restore it");
            LlamaProcess.Take(InferenceRuntime.LlamaCpp);
            var handles = new Dictionary<string, nint>();
            foreach (var (name, path) in paths)
            {
                try
                {
                    handles[name] = NativeLibrary.Load(path);
                }
                catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
                {
                    throw new UserException(ExitCode.ModelUnusable,
                        $"llama.cpp's {Path.GetFileName(path)} could not be loaded from {directory}: {e.Message}", e);
                }
            }

            foreach (var (name, handle) in handles) s_handles[name] = handle;
            NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), static (name, _, _) => s_handles.GetValueOrDefault(name));
            CheckRelease(directory);
            llama_log_set(&OnLog, null);
            ggml_backend_load_all_from_path(directory);
            llama_backend_init();
        }
    }

    /// <summary>What can decode: the CPU, and the GPUs whose backend and driver were found.</summary>
    public static IReadOnlyList<InferenceDevice> Devices() => Backends.Devices();

    /// <summary>The loaded release, and the commit of its kernels if the library says it.</summary>
    public static string Build() => Backends.Commit is { } commit ? $"{Text(llama_version())} (commit {commit})" : Text(llama_version());

    /// <summary>The CPU variant that llama.cpp chose in the folder: libggml-cpu-zen4. Empty where the system does not say.</summary>
    public static string Variant(string directory)
    {
        using var process = Process.GetCurrentProcess();
        var loaded = process.Modules.Cast<ProcessModule>().Select(module => module.FileName).FirstOrDefault(file =>
            Path.GetFileName(file).Contains("ggml-cpu", StringComparison.Ordinal)
                && Path.GetDirectoryName(file) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        return Path.GetFileNameWithoutExtension(loaded) ?? "";
    }

    /// <summary>The functions of each decode call.</summary>
    public static LlamaExports Exports => s_exports ??= LlamaExports.Of(s_handles[LlamaNative.Llama]);

    /// <summary>The functions that read a tensor of a running call.</summary>
    public static TensorExports Tensors => s_tensors ??= TensorExports.Of(s_handles[GgmlBase]);

    /// <summary>The functions of contexts that embed texts.</summary>
    public static EmbeddingExports Embedding => s_embedding ??= EmbeddingExports.Of(s_handles[LlamaNative.Llama]);

    static LlamaBackends Backends => new(s_handles[Ggml], s_handles[GgmlBase]);

    static void CheckRelease(string directory)
    {
        var version = NativeLibrary.TryGetExport(s_handles[LlamaNative.Llama], nameof(llama_version), out _)
            ? Text(llama_version()) : "unknown";
        if (!version.StartsWith(Release, StringComparison.Ordinal)
            || !llama_model_default_params().LooksRight || !llama_context_default_params().LooksRight)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"the llama.cpp in {directory} is release {version} or has another struct layout, and this build needs {Release}: restore "
                    + "the pinned files by building again");
        }
    }

    /// <summary>The library's file in a folder.</summary>
    /// <exception cref="UserException">It is not there.</exception>
    internal static string Find(string directory, string name)
    {
        // libllama.so, libllama.v0.4.0.so, libllama.cuda.v0.4.0.so, llama.dll, libllama.0.dylib: the name differs by platform, packager and
        // GPU.
        var file = new Regex($@"^(lib)?{Regex.Escape(name)}(\.[a-z]+)?(\.[bv]?[0-9.]*[0-9])?\.(so|dll|dylib)(\.\d+)*$");
        return Directory.Exists(directory) && Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal)
            .FirstOrDefault(path => file.IsMatch(Path.GetFileName(path))) is { } found
            ? found
            : throw new UserException(ExitCode.ModelUnusable,
                $"llama.cpp's {name} library is not in {directory}: build again to restore it, or name its folder in "
                    + "Rebase:Inference:LlamaDirectory");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void OnLog(int level, byte* text, void* state)
    {
        // An exception must not cross into native code.
        try
        {
            // A full cache is normal for the scheduler, and llama.cpp reports it as an error: here all its lines are at most Debug.
            if (s_lines.Add(level, Text(text)) is { } line && s_log is { } log) log.LlamaCppSaid(line);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }

    static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
