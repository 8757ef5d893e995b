using DeepLearning.Reporting;

namespace DeepLearning.TensorBoard;

/// <summary>Makes the Summary.Value messages of what TensorBoard shows.</summary>
internal static class Summaries
{
    private const string TextPlugin = "text", TextSuffix = "/text_summary";

    public static Message Scalar(string tag, double value) =>
        new Message().Text(Fields.Value.Tag, tag).AlwaysFloat(Fields.Value.SimpleValue, (float)value);

    public static Message Histogram(string tag, ReadOnlySpan<double> values) =>
        new Message().Text(Fields.Value.Tag, tag).Inner(Fields.Value.Histogram, Encode(HistogramBuckets.Of(values)));

    public static Message Image(string tag, Tensor image)
    {
        byte[] png = Png.Encode(image);
        int channels = image.Rank == 3 ? image.Size(0) : 1;
        Message content = new Message().Number(Fields.Image.Height, image.Size(-2)).Number(Fields.Image.Width, image.Size(-1))
            .Number(Fields.Image.Colorspace, channels).Bytes(Fields.Image.Encoded, png);
        return new Message().Text(Fields.Value.Tag, tag).Inner(Fields.Value.Image, content);
    }

    public static Message Text(string tag, string text)
    {
        Message shape = new Message().Inner(Fields.TensorShape.Dim, new Message().Number(Fields.TensorShape.Size, 1));
        Message tensor = new Message().Number(Fields.TensorProto.DType, Fields.TensorProto.DTypeString)
            .Inner(Fields.TensorProto.Shape, shape).Item(Fields.TensorProto.StringValue, text);
        return new Message().Text(Fields.Value.Tag, tag + TextSuffix).Inner(Fields.Value.Tensor, tensor)
            .Inner(Fields.Value.Metadata, Plugin(TextPlugin, new Message()));
    }

    /// <summary>What a plugin of TensorBoard is to read.</summary>
    public static Message Plugin(string name, Message content)
    {
        Message data = new Message().Text(Fields.PluginData.PluginName, name).Bytes(Fields.PluginData.Content, content.ToArray());
        return new Message().Inner(Fields.Metadata.PluginData, data);
    }

    private static Message Encode(TensorBoardHistogram histogram) => new Message()
        .Double(Fields.Histogram.Min, histogram.Min).Double(Fields.Histogram.Max, histogram.Max)
        .Double(Fields.Histogram.Count, histogram.Count).Double(Fields.Histogram.Sum, histogram.Sum)
        .Double(Fields.Histogram.SumSquares, histogram.SumOfSquares)
        .Doubles(Fields.Histogram.BucketLimit, [.. histogram.BucketLimits]).Doubles(Fields.Histogram.Bucket, [.. histogram.BucketCounts]);
}
