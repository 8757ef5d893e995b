namespace DeepLearning.Formats;

/// <summary>Tells by the first bytes what a file is instead.</summary>
internal static class OtherFormats
{
    public static string? Name(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("GGUF"u8) => "a GGUF file",
        _ when start.StartsWith("PK\u0003\u0004"u8) => "a ZIP archive",
        _ when start.Length > 3 && start[0] == 0x89 && start[1..4].SequenceEqual("HDF"u8) => "an HDF5 file",
        _ when start.Length > 3 && start[0] == 0x93 && start[1..4].SequenceEqual("NUM"u8) => "a file of NumPy",
        _ when start.StartsWith("vers"u8) => "a pointer of Git LFS, not the file itself (fetch that with 'git lfs pull')",
        _ => null,
    };
}
