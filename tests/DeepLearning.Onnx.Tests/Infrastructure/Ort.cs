using Microsoft.ML.OnnxRuntime;

namespace DeepLearning.Tests.Onnx;

/// <summary>Runs models in ONNX Runtime, on tensors of the library.</summary>
internal static class Ort
{
    /// <summary>Runs a model.</summary>
    /// <param name="model">The bytes of a file.</param>
    /// <param name="inputs">Its inputs, in their order.</param>
    /// <returns>Its outputs, in their order.</returns>
    public static Tensor[] Run(byte[] model, params Tensor[] inputs)
    {
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        using InferenceSession session = new(model, options);
        return Run(session, inputs);
    }

    /// <summary>Runs a model that is loaded.</summary>
    public static Tensor[] Run(InferenceSession session, params Tensor[] inputs)
    {
        // What the model does not read has no name in it.
        Dictionary<string, OrtValue> given = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            given[session.InputNames[i]] = Of(inputs[i]);
        }

        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, given, session.OutputNames);
        return [.. outputs.Select(Back)];
    }

    private static OrtValue Of(Tensor x)
    {
        long[] shape = [.. x.Shape.ToArray().Select(static length => (long)length)];
        return x.DType switch
        {
            DType.Float32 => OrtValue.CreateTensorValueFromMemory(x.ToArray<float>(), shape),
            DType.Float64 => OrtValue.CreateTensorValueFromMemory(x.ToArray<double>(), shape),
            DType.Int64 => OrtValue.CreateTensorValueFromMemory(x.ToArray<long>(), shape),
            DType.Int32 => OrtValue.CreateTensorValueFromMemory(x.ToArray<int>(), shape),
            DType.UInt8 => OrtValue.CreateTensorValueFromMemory(x.ToArray<byte>(), shape),
            DType.Bool => OrtValue.CreateTensorValueFromMemory(x.ToArray<bool>(), shape),
            DType.Float16 => OrtValue.CreateTensorValueFromMemory(
                Array.ConvertAll(x.ToArray<Half>(), static half => new Float16(BitConverter.HalfToUInt16Bits(half))), shape),
            _ => throw new NotSupportedException($"{x.DType}"),
        };
    }

    private static Tensor Back(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        int[] shape = [.. info.Shape.Select(static length => (int)length)];
        return info.ElementDataType switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => Tensor.From(value.GetTensorDataAsSpan<float>(), shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double => Tensor.From(value.GetTensorDataAsSpan<double>(), shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => Tensor.From(value.GetTensorDataAsSpan<long>(), shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32 => Tensor.From(value.GetTensorDataAsSpan<int>(), shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt8 => Tensor.From(value.GetTensorDataAsSpan<byte>(), shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool => Tensor.From(value.GetTensorDataAsSpan<bool>(), shape),
            var other => throw new NotSupportedException($"{other}"),
        };
    }
}
