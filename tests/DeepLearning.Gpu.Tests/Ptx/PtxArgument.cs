using System.Reflection;
using System.Runtime.InteropServices;

namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>A struct's bytes as a kernel takes them: fields in order, each at a multiple of its size, truth values as 32 bits.</summary>
internal static class PtxArgument
{
    public static byte[] Of(object value)
    {
        List<byte> bytes = [];
        Align(bytes, Write(bytes, value));
        return [.. bytes];
    }

    private static int Write(List<byte> bytes, object value)
    {
        switch (value)
        {
            case bool truth:
                return Append(bytes, truth ? 1 : 0);
            case float or double or int or uint or long or ulong or short or ushort or byte or sbyte:
                return (int)typeof(PtxArgument).GetMethod(nameof(Append), BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod(value.GetType()).Invoke(null, [bytes, value])!;
        }

        if (value.GetType().IsEnum)
        {
            return Write(bytes, Convert.ChangeType(value, Enum.GetUnderlyingType(value.GetType()), null));
        }

        int alignment = 1;
        List<(int Alignment, byte[] Bytes)> fields = [];
        foreach (FieldInfo field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            List<byte> part = [];
            int partAlignment = field.GetValue(value) is { } inner
                ? Nullable.GetUnderlyingType(field.FieldType) is null ? Write(part, inner) : WriteNullable(part, inner)
                : throw new NotSupportedException($"{field.Name} has no value.");
            Align(part, partAlignment);
            fields.Add((partAlignment, [.. part]));
            alignment = Math.Max(alignment, partAlignment);
        }

        foreach ((int partAlignment, byte[] part) in fields)
        {
            Align(bytes, partAlignment);
            bytes.AddRange(part);
        }

        // A struct without fields takes a byte, as in .NET.
        if (fields.Count == 0)
        {
            bytes.Add(0);
        }

        return alignment;
    }

    private static int WriteNullable(List<byte> bytes, object value)
    {
        Append(bytes, 1);
        List<byte> part = [];
        int alignment = Math.Max(4, Write(part, value));
        Align(bytes, alignment);
        bytes.AddRange(part);
        return alignment;
    }

    private static int Append<T>(List<byte> bytes, T value)
        where T : unmanaged
    {
        Align(bytes, Marshal.SizeOf<T>());
        bytes.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        return Marshal.SizeOf<T>();
    }

    private static void Align(List<byte> bytes, int alignment)
    {
        while (bytes.Count % alignment != 0)
        {
            bytes.Add(0);
        }
    }
}
