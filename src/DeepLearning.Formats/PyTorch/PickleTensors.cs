using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>Makes tensors of what a pickle says about them: a storage, an offset, lengths and strides, none of which is believed.</summary>
/// <param name="input">For messages.</param>
internal sealed class PickleTensors(PickleInput input)
{
    /// <summary>The call of a function that makes a tensor.</summary>
    /// <param name="function">The function.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="at">Where the call stands.</param>
    public Tensor Call(PickleGlobal function, object?[] arguments, long at)
    {
        switch (function.Kind)
        {
            case GlobalKind.RebuildTensor when arguments.Length == 4:
                return Make(arguments, null, at);
            case GlobalKind.RebuildTensorV2 when arguments.Length is 6 or 7:
                CheckMetadata(arguments.Length == 7 ? arguments[6] : null, at);
                CheckHooks(arguments[5], at);
                return Make(arguments, null, at);
            case GlobalKind.RebuildTensorV3 when arguments.Length is 7 or 8 && arguments[6] is PickleGlobal { Kind: GlobalKind.DType } type:
                CheckMetadata(arguments.Length == 8 ? arguments[7] : null, at);
                CheckHooks(arguments[5], at);
                return Make(arguments, type, at);
            case GlobalKind.RebuildParameter when arguments.Length == 3 && arguments[0] is Tensor data && arguments[1] is bool:
                CheckHooks(arguments[2], at);
                return data;
            case GlobalKind.RebuildParameterWithState when arguments is [Tensor data, bool, _, _]:
                // The state are attributes of the parameter, which nothing here needs.
                CheckHooks(arguments[2], at);
                return data;
            case GlobalKind.RebuildFromType when arguments.Length == 4 && arguments[2] is object?[] inner
                && arguments[0] is PickleGlobal { Kind: not GlobalKind.RebuildFromType } inside
                && arguments[1] is PickleGlobal { Kind: GlobalKind.TensorClass }:
                return Call(inside, inner, at);
            default:
                throw input.Bad(at, $"{function.Name} is called with {arguments.Length} arguments that it does not take.");
        }
    }

    private static string Format(long[] numbers) => $"[{string.Join(", ", numbers)}]";

    private Tensor Make(object?[] arguments, PickleGlobal? dtype, long at)
    {
        if (arguments[0] is not (PyTorchStorage or PyTorchStorageView))
        {
            throw input.Bad(at, "a tensor is made of something that is no storage.");
        }

        PyTorchStorageView view = arguments[0] as PyTorchStorageView
            ?? new((PyTorchStorage)arguments[0]!, 0, ((PyTorchStorage)arguments[0]!).Count);
        StoredType type = (dtype is null ? view.Root.Type : dtype.Type) ?? throw input.Bad(at, dtype is null
            ? "a tensor is made of a storage of bytes without a type."
            : $"{dtype.Name} is no element type of the library.");
        if (view.Root.Type is { } stored && stored != type)
        {
            throw input.Bad(at, $"the storage {FileContext.Quote(view.Root.Key)} is {stored.Name}, and a tensor over it {type.Name}.");
        }

        long available = view.Root.Type is null ? view.Count / type.Size : view.Count;
        Layout layout = MakeLayout(arguments, type, view.Root.Key, available, at);
        HostStorage memory = view.Root.MemoryOf(type);
        return new Tensor(memory, view.Offset == 0 ? layout : new Layout(layout.Lengths, layout.Strides, layout.Offset + view.Offset),
            type.DType);
    }

    private Layout MakeLayout(object?[] arguments, StoredType type, string key, long available, long at)
    {
        long[] sizes = Numbers(arguments[2], "sizes", at), strides = Numbers(arguments[3], "strides", at);
        if (arguments[1] is not long offset || offset < 0)
        {
            throw input.Bad(at, "the offset of a tensor is no whole number from 0.");
        }

        if (sizes.Length != strides.Length)
        {
            throw input.Bad(at, $"a tensor has {sizes.Length} sizes and {strides.Length} strides; they must be as many.");
        }

        if (Array.Exists(sizes, static size => size is < 0 or > int.MaxValue))
        {
            throw input.Bad(at, $"the sizes {Format(sizes)} must be from 0 to {int.MaxValue}.");
        }

        int[] lengths = Array.ConvertAll(sizes, static size => (int)size);
        long count = Elements.Count(lengths, type.DType.Size())
            ?? throw input.Bad(at, $"the sizes {Format(sizes)} have more elements than can be counted.");
        if (count == 0)
        {
            return offset <= available
                ? new Layout(lengths, Layout.ContiguousStrides(lengths), offset)
                : throw PastEnd(sizes, strides, offset, key, available, at);
        }

        Int128 last = offset;
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (strides[axis] < 0)
            {
                throw input.Bad(at, $"the strides {Format(strides)} are negative; PyTorch has no such tensors.");
            }

            last += (Int128)(sizes[axis] - 1) * strides[axis];
        }

        return last < available ? new Layout(lengths, strides, offset) : throw PastEnd(sizes, strides, offset, key, available, at);
    }

    private ModelFileException PastEnd(long[] sizes, long[] strides, long offset, string key, long available, long at) => input.Bad(
        at, $"a tensor {Format(sizes)} with strides {Format(strides)} and offset {offset} reaches past the end of the storage "
        + $"{FileContext.Quote(key)}, which has {available} elements.");

    private long[] Numbers(object? value, string what, long at)
    {
        object?[] items = value switch
        {
            object?[] tuple => tuple,
            List<object?> { Count: <= Elements.MostAxes } list => [.. list],
            Shape shape => [.. shape.Select(static length => (object?)(long)length)],
            _ => throw input.Bad(at, $"the {what} of a tensor are no tuple."),
        };
        return items.Length <= Elements.MostAxes && Array.TrueForAll(items, static item => item is long)
            ? Array.ConvertAll(items, static item => (long)item!)
            : throw input.Bad(at, $"the {what} of a tensor are no {Elements.MostAxes} whole numbers at most.");
    }

    /// <summary>Hooks are code: a file may only say that there are none.</summary>
    private void CheckHooks(object? hooks, long at)
    {
        if (hooks is not (null or PyTorchDictionary { Count: 0 }))
        {
            throw input.Bad(at, "a tensor has backward hooks, which are code; none is run.");
        }
    }

    private void CheckMetadata(object? metadata, long at)
    {
        bool isPlain = metadata is null || (metadata is PyTorchDictionary known
            && known.Values.All(static value => value is false or null));
        if (!isPlain)
        {
            throw input.Bad(at, "a tensor is a conjugate or negative view (its metadata say so); resolve it before saving.");
        }
    }
}
