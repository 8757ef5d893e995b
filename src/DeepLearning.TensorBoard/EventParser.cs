using System.Buffers.Binary;
using Google.Protobuf;

namespace DeepLearning.TensorBoard;

/// <summary>Reads Event messages. Fields that are not known are skipped; what is not a message is an exception.</summary>
internal static class EventParser
{
    public static TensorBoardEvent Parse(byte[] content, string place)
    {
        try
        {
            return ParseEvent(new CodedInputStream(content));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"{place}: the content is not an event: {e.Message}", e);
        }
    }

    private static TensorBoardEvent ParseEvent(CodedInputStream input)
    {
        TensorBoardEvent parsed = new();
        List<TensorBoardValue> values = [];
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (Field(tag), WireFormat.GetTagWireType(tag))
            {
                case (Fields.Event.WallTime, WireFormat.WireType.Fixed64):
                    parsed = parsed with { Time = Time(input.ReadDouble()) };
                    break;
                case (Fields.Event.Step, WireFormat.WireType.Varint):
                    parsed = parsed with { Step = input.ReadInt64() };
                    break;
                case (Fields.Event.FileVersion, WireFormat.WireType.LengthDelimited):
                    parsed = parsed with { FileVersion = input.ReadBytes().ToStringUtf8() };
                    break;
                case (Fields.Event.GraphDef, WireFormat.WireType.LengthDelimited):
                    parsed = parsed with { GraphDef = input.ReadBytes().Memory };
                    break;
                case (Fields.Event.Summary, WireFormat.WireType.LengthDelimited):
                    ParseSummary(input.ReadBytes().CreateCodedInput(), values);
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return parsed with { Values = values };
    }

    private static void ParseSummary(CodedInputStream input, List<TensorBoardValue> values)
    {
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == WireFormat.MakeTag(Fields.Summary.Value, WireFormat.WireType.LengthDelimited))
            {
                values.Add(ParseValue(input.ReadBytes().CreateCodedInput()));
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static TensorBoardValue ParseValue(CodedInputStream input)
    {
        TensorBoardValue value = new();
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (Field(tag), WireFormat.GetTagWireType(tag))
            {
                case (Fields.Value.Tag, WireFormat.WireType.LengthDelimited):
                    value = value with { Tag = input.ReadBytes().ToStringUtf8() };
                    break;
                case (Fields.Value.SimpleValue, WireFormat.WireType.Fixed32):
                    value = value with { Scalar = input.ReadFloat() };
                    break;
                case (Fields.Value.Image, WireFormat.WireType.LengthDelimited):
                    value = value with { Image = Inner(input.ReadBytes(), Fields.Image.Encoded)?.Memory ?? default };
                    break;
                case (Fields.Value.Histogram, WireFormat.WireType.LengthDelimited):
                    value = value with { Histogram = ParseHistogram(input.ReadBytes().CreateCodedInput()) };
                    break;
                case (Fields.Value.Metadata, WireFormat.WireType.LengthDelimited):
                    ByteString? plugin = Inner(input.ReadBytes(), Fields.Metadata.PluginData);
                    value = value with { Plugin = plugin is null ? null : Inner(plugin, Fields.PluginData.PluginName)?.ToStringUtf8() };
                    break;
                case (Fields.Value.Tensor, WireFormat.WireType.LengthDelimited):
                    value = ParseTensor(input.ReadBytes().CreateCodedInput(), value);
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return value;
    }

    /// <summary>A text, or a scalar as TensorFlow 2 writes it.</summary>
    private static TensorBoardValue ParseTensor(CodedInputStream input, TensorBoardValue value)
    {
        long dtype = 0;
        List<double> numbers = [];
        ByteString? text = null;
        ByteString? content = null;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (Field(tag), WireFormat.GetTagWireType(tag))
            {
                case (Fields.TensorProto.DType, WireFormat.WireType.Varint):
                    dtype = input.ReadInt64();
                    break;
                case (Fields.TensorProto.Content, WireFormat.WireType.LengthDelimited):
                    content = input.ReadBytes();
                    break;
                case (Fields.TensorProto.FloatValue, _):
                    Numbers(input, tag, isDouble: false, numbers);
                    break;
                case (Fields.TensorProto.DoubleValue, _):
                    Numbers(input, tag, isDouble: true, numbers);
                    break;
                case (Fields.TensorProto.StringValue, WireFormat.WireType.LengthDelimited):
                    ByteString item = input.ReadBytes();
                    text ??= item;
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return dtype switch
        {
            Fields.TensorProto.DTypeString => value with { Text = text?.ToStringUtf8() },
            Fields.TensorProto.DTypeFloat when content is { Length: sizeof(float) } =>
                value with { Scalar = BinaryPrimitives.ReadSingleLittleEndian(content.Span) },
            Fields.TensorProto.DTypeDouble when content is { Length: sizeof(double) } =>
                value with { Scalar = BinaryPrimitives.ReadDoubleLittleEndian(content.Span) },
            Fields.TensorProto.DTypeFloat or Fields.TensorProto.DTypeDouble when numbers.Count == 1 => value with { Scalar = numbers[0] },
            _ => value,
        };
    }

    private static TensorBoardHistogram ParseHistogram(CodedInputStream input)
    {
        double[] figures = new double[Fields.Histogram.SumSquares + 1];
        List<double> limits = [], counts = [];
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (Field(tag), WireFormat.GetTagWireType(tag))
            {
                case ( <= Fields.Histogram.SumSquares and int field, WireFormat.WireType.Fixed64):
                    figures[field] = input.ReadDouble();
                    break;
                case (Fields.Histogram.BucketLimit, _):
                    Numbers(input, tag, isDouble: true, limits);
                    break;
                case (Fields.Histogram.Bucket, _):
                    Numbers(input, tag, isDouble: true, counts);
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return new TensorBoardHistogram
        {
            Min = figures[Fields.Histogram.Min],
            Max = figures[Fields.Histogram.Max],
            Count = figures[Fields.Histogram.Count],
            Sum = figures[Fields.Histogram.Sum],
            SumOfSquares = figures[Fields.Histogram.SumSquares],
            BucketLimits = limits,
            BucketCounts = counts,
        };
    }

    /// <summary>The numbers of a repeated field, packed or one by one.</summary>
    private static void Numbers(CodedInputStream input, uint tag, bool isDouble, List<double> numbers)
    {
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.LengthDelimited:
                ByteString packed = input.ReadBytes();
                int size = isDouble ? sizeof(double) : sizeof(float);
                for (int at = 0; at + size <= packed.Length; at += size)
                {
                    ReadOnlySpan<byte> number = packed.Span[at..];
                    numbers.Add(
                        isDouble ? BinaryPrimitives.ReadDoubleLittleEndian(number) : BinaryPrimitives.ReadSingleLittleEndian(number));
                }

                break;
            case WireFormat.WireType.Fixed64 when isDouble:
                numbers.Add(input.ReadDouble());
                break;
            case WireFormat.WireType.Fixed32 when !isDouble:
                numbers.Add(input.ReadFloat());
                break;
            default:
                input.SkipLastField();
                break;
        }
    }

    /// <summary>The last field of bytes with a number, in a message.</summary>
    private static ByteString? Inner(ByteString message, int field)
    {
        ByteString? found = null;
        CodedInputStream input = message.CreateCodedInput();
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))
            {
                found = input.ReadBytes();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }

    private static int Field(uint tag) => WireFormat.GetTagFieldNumber(tag);

    private static DateTimeOffset Time(double seconds)
    {
        double least = (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).TotalSeconds;
        double most = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds - 1;
        return DateTimeOffset.UnixEpoch.AddSeconds(double.IsNaN(seconds) ? 0 : Math.Clamp(seconds, least, most));
    }
}
