using RebaseBatch.Inference.Llama.LLamaSharp;
using Xunit;

namespace RebaseBatch.Tests.Inference;

[Fast]
public sealed class MissingPartTests
{
    const string DotNet = "Unable to load shared library '/app/runtimes/linux-x64/native/avx2/libllama.so' or one of its dependencies. "
        + "In order to help diagnose loading problems, consider using a tool like strace. If you're using glibc, consider setting the "
        + "LD_DEBUG environment variable: \n";

    [Theory]
    [InlineData("libgomp.so.1: cannot open shared object file: No such file or directory\n"
        + "/app/libllama.so.so: cannot open shared object file: No such file or directory\n", "libgomp.so.1 is missing")]
    [InlineData("/lib/aarch64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /app/libggml-base.so)\n",
        "GLIBC_2.38 is missing")]
    [InlineData("Error loading shared library libgomp.so.1: No such file or directory (needed by /app/libggml-base.so)\n",
        "libgomp.so.1 is missing")]
    [InlineData("dlopen(/app/libllama.dylib, 0x0001): Library not loaded: @rpath/libggml.dylib\n", "@rpath/libggml.dylib is missing")]
    [InlineData("/app/libllama.so: invalid ELF header\n", "/app/libllama.so: invalid ELF header")]
    public void The_loaders_message_names_it(string loader, string named)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "its loader names nothing");
        Assert.Equal(named, MissingPart.Of(DotNet + loader));
    }
}
