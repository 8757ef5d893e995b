using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends;

/// <summary>
/// Asks Linux to back large blocks by pages of 2 MiB: a pass over 64 MiB then needs 32 address translations instead of 16,384. Elsewhere,
/// and where the system refuses, nothing changes.
/// </summary>
internal static unsafe partial class HugePages
{
    private const nuint Size = 2 << 20;

    private const int AdviseHugePage = 14;

    private static bool s_works = OperatingSystem.IsLinux();

    /// <summary>The alignment that a block of so many bytes should have: that of a huge page where it has several.</summary>
    public static nuint AlignmentOf(nuint bytes, nuint otherwise) => bytes >= 2 * Size && s_works ? Size : otherwise;

    /// <summary>To be called for a new block before it is written.</summary>
    public static void Advise(void* block, nuint bytes)
    {
        if (bytes < 2 * Size || !s_works)
        {
            return;
        }

        try
        {
            // What it answers does not matter: the memory is as good without.
            _ = MemoryAdvise(block, bytes & ~(Size - 1), AdviseHugePage);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            s_works = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
