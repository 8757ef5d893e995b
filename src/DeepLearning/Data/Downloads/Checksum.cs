using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace DeepLearning.Data;

/// <summary>The checksum of a file as it comes in, by the algorithm that its description has a sum of.</summary>
internal sealed class Checksum : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    private readonly IncrementalHash? _hash;
    private readonly string? _expected;

    public Checksum(DatasetFile file)
    {
        _expected = file.Sha256 ?? file.Md5;
        _hash = _expected is null ? null : IncrementalHash.CreateHash(Algorithm(file));
        Name = file.Sha256 is null ? "MD5" : "SHA-256";
    }

    /// <summary>The algorithm's name.</summary>
    public string Name { get; }

    /// <summary>Whether a file on the disk is the published one, as far as its description can tell.</summary>
    public static async Task<bool> IsRightAsync(string path, DatasetFile file, CancellationToken cancellation)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        if (file.Length is { } length && stream.Length != length)
        {
            return false;
        }

        using Checksum sum = new(file);
        await sum.AddAsync(stream, cancellation).ConfigureAwait(false);
        return sum.Difference() is null;
    }

    /// <summary>Adds the rest of a stream.</summary>
    public async Task AddAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] buffer = new byte[BufferBytes];
        int read;
        while (_hash is not null && (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            _hash.AppendData(buffer, 0, read);
        }
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _hash?.AppendData(bytes);

    /// <summary>Forgets all bytes.</summary>
    public void Restart() => _hash?.GetHashAndReset();

    /// <summary>How the sum of all bytes differs from the published one; null when it does not, or none is published.</summary>
    public string? Difference()
    {
        if (_hash is null)
        {
            return null;
        }

        string found = Convert.ToHexStringLower(_hash.GetHashAndReset());
        return string.Equals(found, _expected, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"the content is not the published one: its {Name} is {found}, not {_expected}";
    }

    public void Dispose() => _hash?.Dispose();

    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what is published of some files; it still detects damage.")]
    private static HashAlgorithmName Algorithm(DatasetFile file) => file.Sha256 is null ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256;
}
