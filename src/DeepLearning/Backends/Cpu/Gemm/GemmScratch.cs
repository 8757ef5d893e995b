namespace DeepLearning.Backends.Cpu;

/// <summary>The calling thread's memory for packed operands. One product at a time uses it on each thread.</summary>
internal static unsafe class GemmScratch
{
    [ThreadStatic]
    private static NativeBuffer? t_buffer;

    public static T* Get<T>(long count)
        where T : unmanaged => (t_buffer ??= new NativeBuffer()).Get<T>(count);
}
