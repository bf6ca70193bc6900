using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RebaseBatch.Tests.Support.Processes;

/// <summary>
/// A real pseudo-terminal of Linux. What is written to its program's side comes out on the other side as a terminal would show it, and the
/// kernel says how wide it is.
/// </summary>
sealed partial class PseudoTerminal : IDisposable
{
    // Without the last one every process that another test starts would keep the terminal open.
    const int ReadWrite = 2, NoControllingTerminal = 0x100, CloseOnExec = 0x80000;
    const int Flags = ReadWrite | NoControllingTerminal | CloseOnExec;
    const int SetSize = 0x5414, GetSize = 0x5413;

    readonly SafeFileHandle _terminal;
    readonly SafeFileHandle _program;
    readonly StreamWriter _writer;
    readonly Task<string> _shown;

    /// <param name="columns">Its width; 0 for a terminal that does not know it.</param>
    public PseudoTerminal(int columns)
    {
        _terminal = Check(OpenTerminal(Flags));
        if (Grant(_terminal) != 0 || Unlock(_terminal) != 0) throw new Win32Exception();
        var name = new byte[64];
        if (NameOf(_terminal, name, name.Length) != 0) throw new Win32Exception();
        _program = Check(Open(Encoding.ASCII.GetString(name).TrimEnd('\0'), Flags));
        var size = new Size { Rows = 50, Columns = (ushort)columns };
        if (Control(_terminal, SetSize, ref size) != 0) throw new Win32Exception();
        _writer = new(new FileStream(_program, FileAccess.Write, 0), new UTF8Encoding(false)) { AutoFlush = true };
        _shown = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>The side of a program.</summary>
    public TextWriter Writer => _writer;

    /// <summary>What the kernel tells the program about the terminal.</summary>
    public int Width
    {
        get
        {
            var size = default(Size);
            return Control(_program, GetSize, ref size) == 0 ? size.Columns : throw new Win32Exception();
        }
    }

    /// <summary>Closes the program's side.</summary>
    /// <returns>All that the terminal got, in lines.</returns>
    public async Task<string[]> CloseAsync()
    {
        await _writer.DisposeAsync();
        return (await _shown).TrimEnd().Split("\r\n");
    }

    public void Dispose()
    {
        _writer.Dispose();
        _terminal.Dispose();
    }

    string Read()
    {
        using var shown = new MemoryStream();
        var buffer = new byte[4096];
        // The kernel answers with an error when the program's side is closed.
        while (ReadBytes(_terminal, buffer, buffer.Length) is > 0 and var count) shown.Write(buffer, 0, (int)count);
        return Encoding.UTF8.GetString(shown.ToArray());
    }

    static SafeFileHandle Check(int descriptor) =>
        descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw new Win32Exception();

    [StructLayout(LayoutKind.Sequential)]
    struct Size
    {
        public ushort Rows, Columns, Width, Height;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(SafeFileHandle terminal, [Out] byte[] name, nint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle terminal, nuint request, ref Size size);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadBytes(SafeFileHandle terminal, [Out] byte[] buffer, nint length);
}
