using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace DeepLearning.TensorBoard;

/// <summary>Writes the fields of one protocol buffer message. Fields that are zero or empty are left out, as the format has them.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Both streams are memory, so there is nothing to close.")]
internal sealed class Message
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public Message() => _output = new CodedOutputStream(_bytes, leaveOpen: true);

    public Message Text(int field, string value) => value.Length == 0 ? this : Always(field, ByteString.CopyFromUtf8(value));

    public Message Bytes(int field, ReadOnlySpan<byte> value) => value.Length == 0 ? this : Always(field, ByteString.CopyFrom(value));

    /// <summary>A message inside this one; written even if it has no field, as then it says that it is there.</summary>
    public Message Inner(int field, Message value) => Always(field, ByteString.CopyFrom(value.ToArray()));

    /// <summary>One of several texts of a repeated field, which may be empty.</summary>
    public Message Item(int field, string value) => Always(field, ByteString.CopyFromUtf8(value));

    public Message Number(int field, long value)
    {
        if (value != 0)
        {
            _output.WriteTag(field, WireFormat.WireType.Varint);
            _output.WriteInt64(value);
        }

        return this;
    }

    public Message Double(int field, double value) => BitConverter.DoubleToInt64Bits(value) == 0 ? this : AlwaysDouble(field, value);

    /// <summary>A number of a group of alternatives, which is there even if it is zero.</summary>
    public Message AlwaysDouble(int field, double value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed64);
        _output.WriteDouble(value);
        return this;
    }

    /// <inheritdoc cref="AlwaysDouble"/>
    public Message AlwaysFloat(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
        return this;
    }

    /// <inheritdoc cref="AlwaysDouble"/>
    public Message AlwaysBoolean(int field, bool value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteBool(value);
        return this;
    }

    public Message Doubles(int field, ReadOnlySpan<double> values)
    {
        if (values.Length > 0)
        {
            _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            _output.WriteLength(values.Length * sizeof(double));
            foreach (double value in values)
            {
                _output.WriteDouble(value);
            }
        }

        return this;
    }

    public byte[] ToArray()
    {
        _output.Flush();
        return _bytes.ToArray();
    }

    private Message Always(int field, ByteString value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(value);
        return this;
    }
}
