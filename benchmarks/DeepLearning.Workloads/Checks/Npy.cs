using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace DeepLearning.Workloads;

/// <summary>Reads NumPy's .npy files (format 1.0 to 3.0; little-endian float32, float64, int64, int32, uint8, bool; row-major).</summary>
internal static partial class Npy
{
    public static Tensor Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < 12 || !HasMagic(file))
        {
            throw new InvalidDataException($"{path}: not a .npy file.");
        }

        bool isWide = file[6] >= 2;
        int start = isWide ? 12 : 10;
        long length = isWide ? BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8))
            : BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        if (start + length > file.Length)
        {
            throw new InvalidDataException($"{path}: the header is cut off.");
        }

        string header = Encoding.ASCII.GetString(file, start, (int)length);
        Match match = Header().Match(header);
        if (!match.Success)
        {
            throw new InvalidDataException($"{path}: unknown header {header.Trim()}.");
        }

        int[] shape = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static n => int.Parse(n, CultureInfo.InvariantCulture))];
        ReadOnlySpan<byte> data = file.AsSpan(start + (int)length);
        return match.Groups["type"].Value switch
        {
            "<f4" => Values<float>(data, shape, path),
            "<f8" => Values<double>(data, shape, path),
            "<i8" => Values<long>(data, shape, path),
            "<i4" => Values<int>(data, shape, path),
            "|u1" => Values<byte>(data, shape, path),
            "|b1" => Values<byte>(data, shape, path).To(DType.Bool),
            string type => throw new InvalidDataException($"{path}: element type {type} is not supported."),
        };
    }

    private static bool HasMagic(ReadOnlySpan<byte> file) => file[0] == 0x93 && file[1..6].SequenceEqual("NUMPY"u8);

    private static Tensor Values<T>(ReadOnlySpan<byte> data, int[] shape, string path)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(data);
        return values.Length == new Shape(shape).Count
            ? Tensor.From(values, shape)
            : throw new InvalidDataException($"{path}: {values.Length} values do not fit the shape {new Shape(shape)}.");
    }

    [GeneratedRegex(@"'descr':\s*'(?<type>[^']+)',\s*'fortran_order':\s*False,\s*'shape':\s*\((?<shape>[\d,\s]*)\)")]
    private static partial Regex Header();
}
