using System.Diagnostics.CodeAnalysis;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>What a global of a pickle stands for here. Nothing is looked up or run: these are the names that are known.</summary>
internal enum GlobalKind
{
    OrderedDict,
    DefaultDict,
    Counter,
    Dict,
    List,
    Number,
    Set,
    FrozenSet,
    ByteArray,
    Encode,
    Size,
    Device,
    RebuildTensor,
    RebuildTensorV2,
    RebuildTensorV3,
    RebuildParameter,
    RebuildFromType,
    TensorClass,
    Storage,
    UntypedStorage,
    DType,
    RebuildParameterWithState,
    NumPyType,
    NumPyClass,
    NumPyScalar,
    NumPyReconstruct,
    NumPyBuffer,
    Namespace,
    DictionaryClass,
    TextClass,
    Path,
}

/// <summary>A known global.</summary>
/// <param name="Name">The module and the name, as in Python.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Type">The element type of a storage or of a dtype object; null where the library has none.</param>
internal sealed record PickleGlobal(string Name, GlobalKind Kind, StoredType? Type = null)
{
    private static readonly Dictionary<string, PickleGlobal> _known = Known();

    public static bool TryFind(string module, string name, [NotNullWhen(true)] out PickleGlobal? global) =>
        _known.TryGetValue($"{module}.{name}", out global);

    private static Dictionary<string, PickleGlobal> Known()
    {
        Dictionary<string, PickleGlobal> known = [];
        Add(GlobalKind.OrderedDict, "collections.OrderedDict");
        Add(GlobalKind.DefaultDict, "collections.defaultdict");
        Add(GlobalKind.Counter, "collections.Counter");
        foreach (string builtins in (string[])["builtins", "__builtin__"])
        {
            Add(GlobalKind.Dict, $"{builtins}.dict");
            Add(GlobalKind.List, $"{builtins}.list");
            Add(GlobalKind.Number, $"{builtins}.int", $"{builtins}.float");
            Add(GlobalKind.Set, $"{builtins}.set");
            Add(GlobalKind.FrozenSet, $"{builtins}.frozenset");
            Add(GlobalKind.ByteArray, $"{builtins}.bytearray", $"{builtins}.bytes");
        }

        Add(GlobalKind.Encode, "_codecs.encode");
        Add(GlobalKind.Size, "torch.Size");
        Add(GlobalKind.Device, "torch.device");
        Add(GlobalKind.RebuildTensor, "torch._utils._rebuild_tensor");
        Add(GlobalKind.RebuildTensorV2, "torch._utils._rebuild_tensor_v2");
        Add(GlobalKind.RebuildTensorV3, "torch._utils._rebuild_tensor_v3");
        Add(GlobalKind.RebuildParameter, "torch._utils._rebuild_parameter");
        Add(GlobalKind.RebuildFromType, "torch._tensor._rebuild_from_type_v2");
        Add(GlobalKind.TensorClass, "torch.Tensor", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer");
        Add(GlobalKind.UntypedStorage, "torch.storage.UntypedStorage", "torch.UntypedStorage", "torch.storage._UntypedStorage");
        Add(GlobalKind.RebuildParameterWithState, "torch._utils._rebuild_parameter_with_state");
        Add(GlobalKind.TextClass, "torch.torch_version.TorchVersion");
        Add(GlobalKind.Namespace, "argparse.Namespace", "types.SimpleNamespace");
        foreach (string lightning in (string[])["pytorch_lightning.utilities.parsing", "lightning.pytorch.utilities.parsing",
            "lightning_fabric.utilities.data", "lightning.fabric.utilities.data"])
        {
            Add(GlobalKind.DictionaryClass, $"{lightning}.AttributeDict");
        }

        foreach (string pathlib in (string[])["pathlib", "pathlib._local"])
        {
            Add(GlobalKind.Path, $"{pathlib}.PosixPath", $"{pathlib}.PurePosixPath");
            Add(GlobalKind.Path, $"{pathlib}.WindowsPath", $"{pathlib}.PureWindowsPath");
        }

        Add(GlobalKind.NumPyType, "numpy.dtype");
        Add(GlobalKind.NumPyClass, "numpy.ndarray");
        foreach (string core in (string[])["numpy.core", "numpy._core"])
        {
            Add(GlobalKind.NumPyScalar, $"{core}.multiarray.scalar");
            Add(GlobalKind.NumPyReconstruct, $"{core}.multiarray._reconstruct");
            Add(GlobalKind.NumPyBuffer, $"{core}.numeric._frombuffer");
        }

        (string Storage, string Type)[] storages =
        [
            ("Float", "F32"), ("Double", "F64"), ("Half", "F16"), ("BFloat16", "BF16"), ("Long", "I64"), ("Int", "I32"), ("Short", "I16"),
            ("Char", "I8"), ("Byte", "U8"), ("Bool", "BOOL"),
            ("ComplexDouble", ""), ("ComplexFloat", ""), ("QInt8", ""), ("QInt32", ""), ("QUInt8", ""), ("QUInt4x2", ""), ("QUInt2x4", ""),
        ];
        foreach ((string storage, string type) in storages)
        {
            foreach (string module in (string[])["torch", "torch.cuda"])
            {
                known.Add($"{module}.{storage}Storage", new($"{module}.{storage}Storage", GlobalKind.Storage, StoredType.Find(type)));
            }
        }

        foreach ((string name, string type) in TorchTypes)
        {
            known.Add($"torch.{name}", new($"torch.{name}", GlobalKind.DType, StoredType.Find(type)));
        }

        return known;

        void Add(GlobalKind kind, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                known.Add(name, new(name, kind));
            }
        }
    }

    /// <summary>PyTorch's names of element types, with those of the safetensors format, which the library reads.</summary>
    private static (string Name, string Type)[] TorchTypes =>
    [
        ("float32", "F32"), ("float64", "F64"), ("float16", "F16"), ("bfloat16", "BF16"), ("int64", "I64"), ("int32", "I32"),
        ("int16", "I16"), ("int8", "I8"), ("uint8", "U8"), ("uint16", "U16"), ("uint32", "U32"), ("uint64", "U64"), ("bool", "BOOL"),
        ("float8_e4m3fn", "F8_E4M3"), ("float8_e5m2", "F8_E5M2"), ("float8_e4m3fnuz", ""), ("float8_e5m2fnuz", ""),
        ("complex32", ""), ("complex64", ""), ("complex128", ""), ("qint8", ""), ("qint32", ""), ("quint8", ""), ("quint4x2", ""),
        ("quint2x4", ""),
    ];
}
