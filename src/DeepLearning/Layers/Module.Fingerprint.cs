using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DeepLearning.Backends;

namespace DeepLearning.Layers;

public abstract partial class Module
{
    private const int FingerprintBytes = 8;

    /// <summary>
    /// A short hash of the state dictionary: of the names, types, shapes and bits of all parameters and persistent buffers. Two models
    /// with the same fingerprint have the same weights, to the last bit; one that was saved and loaded has that of the original. The same
    /// program with the same seed gives the same fingerprint on every processor with fused multiply-add.
    /// </summary>
    /// <remarks>
    /// The first 8 bytes of SHA-256 over the entries in the order of their names (ordinal): the name in UTF-8, the name of the type, such
    /// as <c>float32</c>, the number of axes and the lengths of the axes, then the elements in row-major order. Texts follow their length
    /// in bytes; all numbers are of 4 bytes, little-endian, and elements have the bytes that a file has.
    /// </remarks>
    /// <returns>16 hexadecimal digits.</returns>
    /// <exception cref="InvalidOperationException">Two parameters or buffers have the same name.</exception>
    public string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using GradMode.Region region = GradMode.NoGrad();
        foreach ((string name, Tensor own) in PersistentMembers().OrderBy(static member => member.Name, StringComparer.Ordinal))
        {
            Append(hash, name);
            Append(hash, own.DType.Name());
            Append(hash, own.Rank);
            foreach (int length in own.Shape.AsSpan())
            {
                Append(hash, length);
            }

            HostBytes.Read(own, hash.AppendData);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, FingerprintBytes));
    }

    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
