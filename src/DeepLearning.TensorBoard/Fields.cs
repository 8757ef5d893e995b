namespace DeepLearning.TensorBoard;

/// <summary>Field numbers of the messages in event files, as TensorBoard's .proto files define them.</summary>
internal static class Fields
{
    public const string Version = "brain.Event:2";

    internal static class Event
    {
        public const int WallTime = 1, Step = 2, FileVersion = 3, GraphDef = 4, Summary = 5, SourceMetadata = 10;
    }

    internal static class Source
    {
        public const int Writer = 1;
    }

    internal static class Summary
    {
        public const int Value = 1;
    }

    internal static class Value
    {
        public const int Tag = 1, SimpleValue = 2, Image = 4, Histogram = 5, Tensor = 8, Metadata = 9;
    }

    internal static class Image
    {
        public const int Height = 1, Width = 2, Colorspace = 3, Encoded = 4;
    }

    internal static class Histogram
    {
        public const int Min = 1, Max = 2, Count = 3, Sum = 4, SumSquares = 5, BucketLimit = 6, Bucket = 7;
    }

    internal static class Metadata
    {
        public const int PluginData = 1;
    }

    internal static class PluginData
    {
        public const int PluginName = 1, Content = 2;
    }

    internal static class TensorProto
    {
        public const int DType = 1, Shape = 2, Content = 4, FloatValue = 5, DoubleValue = 6, StringValue = 8;
        public const int DTypeFloat = 1, DTypeDouble = 2, DTypeString = 7;
    }

    internal static class TensorShape
    {
        public const int Dim = 2, Size = 1;
    }

    internal static class Graph
    {
        public const int Node = 1, Versions = 4, Producer = 1;
    }

    internal static class NodeDef
    {
        public const int Name = 1, Op = 2, Input = 3, Device = 4, Attribute = 5;
    }

    internal static class MapEntry
    {
        public const int Key = 1, Value = 2;
    }

    internal static class AttrValue
    {
        public const int List = 1, Type = 6, ListShape = 7;
    }

    internal static class HParams
    {
        public const int Experiment = 2, SessionStart = 3, SessionEnd = 4;
        public const int ExperimentHParamInfos = 4, ExperimentMetricInfos = 5;
        public const int InfoName = 1, InfoType = 4, TypeString = 1, TypeBoolean = 2, TypeNumber = 3;
        public const int MetricName = 1, MetricTag = 2;
        public const int StartHParams = 1, StartTime = 5;
        public const int EndStatus = 1, EndTime = 2, Success = 1;
        public const int ValueNumber = 2, ValueText = 3, ValueBoolean = 4;
    }
}
