namespace DeepLearning.Backends;

/// <summary>
/// Work in numbered chunks that may run at the same time on several threads. Implemented by structs of raw pointers and sizes.
/// </summary>
internal interface IJob
{
    /// <summary>Runs one chunk. Each chunk is run exactly once; the struct is shared by all threads and must not be changed.</summary>
    void Execute(int chunk);
}
