using System.Runtime.InteropServices;

namespace DeepLearning.Backends;

/// <summary>
/// On which processor a thread runs, and on which ones it may: what Linux tells and does. Elsewhere nothing is known and nothing happens.
/// </summary>
internal static unsafe partial class Processor
{
    private static readonly bool Works = Try();

    /// <summary>The number of the calling thread's processor; -1 where that is not known.</summary>
    public static int Current() => Works ? CurrentProcessor() : -1;

    /// <summary>The calling thread as <see cref="Bring"/> takes it; 0 where there is nothing to be brought.</summary>
    public static int Thread() => Works ? CurrentThread() : 0;

    /// <summary>Puts a thread on one processor, where it stays until it leaves.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="processor">The processor.</param>
    /// <param name="allowed">Becomes what the thread might use before.</param>
    /// <param name="one">A mask of no other processors.</param>
    /// <returns>Whether it is there.</returns>
    public static bool Bring(int thread, int processor, Mask allowed, Mask one)
    {
        if (processor is < 0 or >= Mask.Processors || !allowed.Read(thread))
        {
            return false;
        }

        one[processor] = true;
        var brought = one.Apply(thread);
        one[processor] = false;
        return brought;
    }

    /// <summary>Moves the calling thread away from a processor, to another one of a mask, and lets it use them all.</summary>
    /// <returns>Whether there is another one.</returns>
    public static bool Leave(int processor, Mask allowed)
    {
        if (processor is < 0 or >= Mask.Processors)
        {
            return false;
        }

        var was = allowed[processor];
        allowed[processor] = false;
        var left = allowed.Apply(0);
        allowed[processor] = was;
        return allowed.Apply(0) && left;
    }

    private static bool Try()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            return CurrentProcessor() >= 0 && CurrentThread() > 0 && new Mask().Read(0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    [SuppressGCTransition]
    private static partial int CurrentProcessor();

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int CurrentThread();

    /// <summary>A set of processors.</summary>
    internal sealed partial class Mask
    {
        /// <summary>As many as the C library's set has.</summary>
        public const int Processors = 1024;

        private readonly byte[] _bits = new byte[Processors / 8];

        public bool this[int processor]
        {
            get => (_bits[processor / 8] >> (processor % 8) & 1) != 0;
            set
            {
                var bit = 1 << (processor % 8);
                _bits[processor / 8] = (byte)(value ? _bits[processor / 8] | bit : _bits[processor / 8] & ~bit);
            }
        }

        /// <summary>Takes what a thread may use; 0 is the calling one.</summary>
        public bool Read(int thread)
        {
            Array.Clear(_bits);
            fixed (byte* bits = _bits)
            {
                return GetAffinity(thread, (nuint)_bits.Length, bits) >= 0;
            }
        }

        /// <summary>Lets a thread use these processors alone; false, and no change, where none of them is there.</summary>
        public bool Apply(int thread)
        {
            fixed (byte* bits = _bits)
            {
                return SetAffinity(thread, (nuint)_bits.Length, bits) == 0;
            }
        }

        [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
        private static partial int GetAffinity(int thread, nuint size, byte* mask);

        [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
        private static partial int SetAffinity(int thread, nuint size, byte* mask);
    }
}
