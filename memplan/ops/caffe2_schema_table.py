"""What Caffe2's schema check accepts: made by make_caffe2_schema_table, do not edit.

806 operators in 169 rows; `caffe2_schema` says how to read one.
"""

TABLE: dict[str, str] = {
    "0 0": "Crash Fail LogFatal ThrowChildThreadException ThrowException",
    "0 1": (
        "CreateAtomicBool CreateBlobsQueue CreateCounter CreateDB CreateMap CreateMutex "
        "CreateRebatchingQueue CreateScope CreateTensorVector CreateTextFileReader "
        "CreateTreeCursor DBExists FeedBlob FileStoreHandlerCreate Float16ConstantFill "
        "Float16UniformFill GetAllBlobNames GetGPUMemoryUsage Int8GivenIntTensorFill "
        "Int8GivenTensorFill IntIndexCreate LongIndexCreate StatRegistryCreate StringIndexCreate "
        "TimerBegin WallClockTime"
    ),
    "0 2": "EstimateAllBlobSizes",
    "0+ 0+": (
        "ATen ColwiseMaxGradient Load MaxPoolWithIndexGradient Onnxifi RecurrentNetworkGradient "
        "SliceGradient Snapshot TTLinearGradient"
    ),
    "~0+ 0+ allow=any": "Python PythonDLPack PythonDLPackGradient PythonGradient",
    "~0+ 0+ force=i:i": "DataCouple",
    "0+ 1": "SoftmaxWithLossGradient SpatialSoftmaxWithLossGradient",
    "~0+ in+1 allow=i:i": "UnsafeCoalesce",
    "0,1,3 1 allow=0:0": "UniformFill UniformIntFill",
    "0-1 1": "CreateCommonWorld",
    "0-1 1 allow=0:0": "DiagonalFill GaussianFill MSRAFill RangeFill XavierFill",
    "0-1 1 allow=0:0 needs=values": (
        "GivenTensorBoolFill GivenTensorByteStringToUInt8Fill GivenTensorDoubleFill "
        "GivenTensorFill GivenTensorInt16Fill GivenTensorInt64Fill GivenTensorIntFill "
        "GivenTensorStringFill"
    ),
    "0-1 1 force=0:0": "Iter",
    "0-1 3": "StatRegistryExport",
    "0-2 1 allow=0:0": "ConstantFill UniqueUniformFill",
    "1 0": (
        "Assert AveragePut CloseBlobsQueue CloseRebatchingQueue EnforceFinite IncrementPut Print "
        "ResetCursor StdDevPut TimerEnd ZeroGradient"
    ),
    "1 0+": "Barrier",
    "1 0-1": "ResetCounter Summarize",
    "1 1": (
        "Abs Accumulate Acos Alias ArgMax ArgMin Asin Atan AveragePool AveragePool1D "
        "AveragePool2D AveragePool3D AveragedLoss BatchToSpace BisectPercentile Bucketize "
        "ByteWeightDequant Cast ChannelShuffle ChannelShuffleGradient CheckAtomicBool "
        "CheckCounterDone CloneCommonWorld ColwiseMax ConcatTensorVector Copy CopyCPUToGPU "
        "CopyFromCPUInput CopyGPUToCPU Cos Cosh CountDown CountUp CreateBlobsQueueDB Cube "
        "EnsureCPUOutput Erf FindDuplicateElements Flatten FlattenToVec "
        "FloatToFused2BitFakeRowwiseQuantized FloatToFused2BitRowwiseQuantized "
        "FloatToFused4BitFakeRowwiseQuantized FloatToFused4BitRowwiseQuantized "
        "FloatToFused8BitRowwiseQuantized FloatToFused8BitRowwiseQuantizedHalfScaleBias "
        "FloatToFusedRandRowwiseQuantized FloatToHalf Fused2BitRowwiseQuantizedToFloat "
        "Fused2BitRowwiseQuantizedToHalf Fused4BitRowwiseQuantizedToFloat "
        "Fused4BitRowwiseQuantizedToHalf Fused8BitRowwiseQuantizedHalfScaleBiasToFloat "
        "Fused8BitRowwiseQuantizedHalfScaleBiasToHalfFloat Fused8BitRowwiseQuantizedToFloat "
        "Fused8BitRowwiseQuantizedToHalfFloat FusedRandRowwiseQuantizedToFloat Gelu "
        "GetCursorOffset Glu HalfFloatToFused8BitRowwiseQuantized "
        "HalfFloatToFused8BitRowwiseQuantizedHalfScaleBias HalfToFloat "
        "HalfToFused2BitFakeRowwiseQuantized HalfToFused2BitRowwiseQuantized "
        "HalfToFused4BitFakeRowwiseQuantized HalfToFused4BitRowwiseQuantized HasScope "
        "HuffmanTreeHierarchy Im2Col IndexSize IndexStore Int8AveragePool Int8AveragePoolRelu "
        "Int8ChannelShuffle Int8Dequantize Int8Flatten Int8MaxPool Int8MaxPoolRelu "
        "Int8ResizeNearest Int8Sigmoid Int8Softmax Int8Transpose IntegralImage IsEmpty IsMemberOf "
        "IsNaN LearningRate LengthsRangeFill LengthsToOffsets LengthsToRanges LengthsToSegmentIds "
        "LengthsToShape LengthsToWeights Log1p LpNorm LpPool MakeTwoClass MakeTwoClassGradient "
        "MaxPool MaxPool1D MaxPool2D MaxPool3D Mish NCHW2NHWC NGramFromCategorical NHWC2NCHW "
        "Normalize NormalizeL1 Not PadImage PadImageGradient Perplexity RMACRegions "
        "RecurrentNetworkBlobFetcher ReduceL1 ReduceL2 ReduceMax ReduceMean ReduceMin ReduceSum "
        "ReduceTailSum ResizeNearest3D RetrieveCount RowwiseMax Shape Sign Sin Sinh "
        "SinusoidPositionEncoding Size Softmax SpaceToBatch StoreAdd StoreGet StringEndsWith "
        "StringEquals StringJoin StringPrefix StringStartsWith StringSuffix StumpFunc SumElements "
        "SumElementsInt SumSqrElements Swish Tan TensorVectorSize TimerGet TimerGetAndEnd "
        "Transpose"
    ),
    "1 1 allow=0:0": (
        "AliasWithName Cbrt Ceil Clip CopyRowsToTensorGradient Elu EnsureDense Exp ExpandDims "
        "FbGemmPack FbGemmPackTranspose Floor HardSigmoid IndexHash Int8LeakyRelu Int8Relu "
        "LeakyRelu Log Logit MergeDim Mod NegateGradient Negative PrependDim Reciprocal Relu "
        "ReluN ReplaceNaN Rsqrt Scale Selu Sigmoid Softplus Softsign Sqr Sqrt Squeeze "
        "StopGradient Tanh ThresholdedRelu"
    ),
    "1 1 force=0:0": "DestroyCommonWorld IndexFreeze",
    "1 1+": "DequeueRebatchingQueue KeySplit TensorProtosDBInput TextFileReaderRead",
    "~1 1+": "DequeueBlobs",
    "1 1+ allow=0:0": "MeanGradient",
    "1 1-2": "LRN Unique",
    "1 1-2 allow=0:0 needs=is_test": "Dropout",
    "1 2": (
        "AccumulateHistogram BatchMoments ChannelStats DenseVectorToIdList "
        "FloatToRowwiseQuantized8Bits MapToKeyValue MaxPoolWithIndex Moments StumpFuncIndex"
    ),
    "1 2+": "DistributeFpnProposals",
    "~1 2+": "SafeDequeueBlobs",
    "1+ 0": "CheckDatasetConsistency Checkpoint Save",
    "~1+ 0+ allow=any": "If While",
    "1+ 1": (
        "ComputeOffset ConcatBatchMatMulBatchGatherOp HasElements Histogram PackRecords Quantile "
        "SortAndShuffle"
    ),
    "1+ 1 allow=0:0": "Max Mean Min NanCheck Sum SumInt SumRelu",
    "1+ 1 allow=0:0,1:0": "Int8Sum Int8SumRelu",
    "1+ 1+": "PadEmptySamples ReadNextBatch ReadRandomBatch UnPackRecords",
    "~1+ 1+ allow=any": "Do ScaleBlobs",
    "~1+ 1+ allow=i:i": "AsyncNetBarrier",
    "~1+ 1+ force=i:i": "TrimDataset",
    "1+ 1-2": "Int8Concat",
    "1+ 2": "Concat DepthConcat SelfBinningHistogram",
    "1+ 2+": "RecurrentNetwork WeightedSampleDequeueBlobs",
    "1+ 3": "InferenceLSTM",
    "~1+ in force=i:i": "Free",
    "~1+ in*": "Partition",
    "~1+2 1+": "WeightedSumGradient",
    "1,3 3": "LayerNorm",
    "~1-16 1 allow=i:0": "NCCLReduce",
    "1-16 1-16": "NCCLAllGather NCCLReduceScatter",
    "~1-16 1-16 allow=i:i": "NCCLAllreduce",
    "~1-16 1-16 force=i:i": "NCCLBroadcast",
    "1-2 0": "StoreWait",
    "1-2 1": (
        "Int8Quantize LengthsSplit ReduceBackMax ReduceBackMean ReduceBackSum ReduceFrontMax "
        "ReduceFrontMean ReduceFrontSum ResizeNearest SegmentIdsToLengths SegmentIdsToRanges "
        "SequenceMask UpsampleBilinear WeightedMultiSampling"
    ),
    "1-2 1 allow=0:0": "DropoutGrad",
    "1-2 1 allow=0:0,1:0": "Pow",
    "1-2 1+": "DepthSplit Split",
    "1-2 1-2": "Int8FCPackWeight RemovePadding WeightedSample",
    "1-2 2": "CTCGreedyDecoder",
    "1-2 2 allow=0:0": "Int8Reshape Reshape",
    "1-2 2-3": "CTCBeamSearchDecoder TopK",
    "1-3 1": "Int8Slice Range Slice Tile TileGradient",
    "1-3 1 allow=0:0": "EnsureClipped",
    "1-4 1": "PiecewiseLinearTransform",
    "1-4 1-2": "AddPadding",
    "10 8 allow=i:i": "YellowFin",
    "2 0": "ConditionalSetAtomicBool StoreSet",
    "2 0+": "NumpyTile",
    "2 1": (
        "APMeter AbsGradient Accuracy AcosGradient AsinGradient AtanGradient AveragedLossGradient "
        "BRGNCHWCToPackedInt8BGRAStylizerDeprocess BatchGather BatchMatMul BatchPermutation "
        "BatchPermutationGradient BernoulliJSD BooleanMaskGradient BooleanMaskLengths Col2Im "
        "CopyOnDeviceLike CosGradient CoshGradient CosineEmbeddingCriterion CosineSimilarity "
        "CrossEntropy CubeGradient DotProduct DotProductWithPadding EQ ErfGradient Expand "
        "ExpandGradient Find GE GT Gather GatherFused8BitRowwise GeluGradient HeatmapMaxKeypoint "
        "IndexGet Int8GenQuantParams Int8RoIAlign IntegralImageGradient KeyValueToMap L1Distance "
        "LE LT LabelCrossEntropy LengthsMax LengthsMean LengthsMeanGradient LengthsPad LengthsSum "
        "LengthsSumGradient LengthsTile Log1pGradient LogitGradient LpNormGradient NE "
        "NormalizeGradient OneHot PackRNNSequence PackedInt8BGRANHWCToNCHWCStylizerPreprocess "
        "Reduce ReduceFrontWeightedSum RemoveDataBlocks ResizeLike ResizeNearest3DGradient "
        "ReversePackedSegs RoIAlign RoIAlignRotated RowMul Rowwise8BitQuantizedToFloat "
        "SigmoidCrossEntropyWithLogits SinGradient SinhGradient SoftmaxGradient SortedSegmentMean "
        "SortedSegmentMeanGradient SortedSegmentRangeLogMeanExp SortedSegmentRangeLogSumExp "
        "SortedSegmentRangeMax SortedSegmentRangeMean SortedSegmentRangeSum SortedSegmentSum "
        "SortedSegmentSumGradient SparseLengthsMeanGradient SparseLengthsSumGradient "
        "SparseSortedSegmentMeanGradient SparseSortedSegmentSumGradient "
        "SparseUnsortedSegmentMeanGradient SparseUnsortedSegmentSumGradient SquaredL2Distance "
        "SumElementsGradient SumReduceLike SwapBestPath TanGradient UnpackRNNSequence "
        "UnpackSegments UnsortedSegmentMean UnsortedSegmentMeanGradient UnsortedSegmentSum "
        "UnsortedSegmentSumGradient ViterbiPath"
    ),
    "2 1 allow=0:0": (
        "And BitwiseAnd BitwiseOr BitwiseXor CbrtGradient Div Or PRelu RsqrtGradient "
        "SquareRootDivide VariableLengthSequencePadding WeightScale Xor"
    ),
    "2 1 allow=0:0,1:0": "Add Int8Add Int8AddRelu Mul Sub",
    "2 1 allow=1:0": (
        "ClipGradient EluGradient HardSigmoidGradient LeakyReluGradient ReciprocalGradient "
        "ReluGradient ReluNGradient SeluGradient SigmoidGradient SoftplusGradient "
        "SoftsignGradient TanhGradient ThresholdedReluGradient"
    ),
    "2 1 force=0:0": "Append IndexLoad",
    "2 1 force=1:0": "AtomicIter",
    "2 1+": "SplitByLengths",
    "2 1-2": "BooleanMask GatherPadding PackSegments RoIPool",
    "2 2": (
        "FlexibleTopK GatherRanges LengthsTopK MultiClassAccuracy SparseDropoutWithReplacement "
        "SparseItemwiseDropoutWithReplacement"
    ),
    "2 2 force=1:1": "rnn_internal_apply_link",
    "2 3": "MergeDenseFeatureTensors",
    "2+ 0": "EnqueueRebatchingQueue",
    "~2+ 0+ allow=any": "ONNXWhile",
    "2+ 1": "Allgather CollectRpnProposals GatherByKey",
    "~2+ 1+": "MergeMultiScalarFeatureTensorsGradient MergeSingleScalarFeatureTensorsGradient",
    "2+ 3+": "CollectAndDistributeFpnRpnProposals",
    "~2+ in force=i+1:i": "SafeEnqueueBlobs",
    "~2+ in*": "LengthsPartition",
    "~2+ in-1": "QuantDecode",
    "~2+ in-1 force=i+1:i": "Allreduce Broadcast EnqueueBlobs ReduceScatter",
    "~2+2 1": "BooleanUnmask",
    "~2+2 1 allow=0:0": "WeightedSum",
    "~2+2 2": "MergeIdLists",
    "~2+2 3": "MergeSingleScalarFeatureTensors",
    "~2+2 in/2 force=i:i": "CollectTensor",
    "2,3 1,3 allow=0:0": "AffineChannelGradient",
    "2,4 0": "SendTensor",
    "2,4 3 force=1:0 allow=2:1,3:2": "ReceiveTensor",
    "2-3 0": "StatRegistryUpdate",
    "2-3 1": (
        "Conv Conv1D Conv2D Conv3D ConvRelu ConvTranspose Int8Conv Int8ConvRelu Int8ConvTranspose "
        "LC LC1D LC2D LC3D MatMul PairWiseLoss ReduceBackMeanGradient ReduceBackSumGradient "
        "ReduceFrontMeanGradient ReduceFrontSumGradient ResizeNearestGradient SparseToDense "
        "SparseToDenseMaskGradient UpsampleBilinearGradient"
    ),
    "2-3 1 allow=0:0": "ClipTensorByScaling",
    "2-3 1 force=0:0": "Float16SparseNormalize SparseLpRegularizer SparseNormalize",
    "2-3 1+": "GatherRangesToDense",
    "2-3 1-3": (
        "Conv1DGradient Conv2DGradient Conv3DGradient ConvGradient LC1DGradient LC2DGradient "
        "LC3DGradient LCGradient"
    ),
    "2-3 2": "SpatialSoftmaxWithLoss",
    "2-3 2-3": "SoftmaxWithLoss",
    "2-3 3-6": "BoxWithNMSLimit",
    "3 1": (
        "AveragePool1DGradient AveragePool2DGradient AveragePool3DGradient AveragePoolGradient "
        "BatchBucketOneHot BatchDenseToSparse BatchGatherGradient BatchMomentsGradient "
        "BatchOneHot BernoulliJSDGradient Conditional CosineEmbeddingCriterionGradient "
        "CrossEntropyGradient ElementwiseLinear FC FCTransposed FbFCPacked LRNGradient "
        "LabelCrossEntropyGradient LengthsGather LengthsIndicesInGradientMeanGradient "
        "LengthsIndicesInGradientSumGradient LengthsTopKGradient LengthsWeightedSum "
        "LengthsWeightedSumGradient LpPoolGradient MarginRankingCriterion MaxPool1DGradient "
        "MaxPool2DGradient MaxPool3DGradient MaxPoolGradient MishGradient Percentile "
        "ReduceFrontWeightedSumGradient ReduceL1Gradient ReduceL2Gradient ReduceMaxGradient "
        "ReduceMeanGradient ReduceMinGradient ReduceSumGradient RoIAlignGradient "
        "RoIAlignRotatedGradient RowwiseMaxGradient SegmentOneHot "
        "SigmoidCrossEntropyWithLogitsGradient SortedSegmentWeightedSum "
        "SortedSegmentWeightedSumGradient SparseLengthsIndicesInGradientMeanGradient "
        "SparseLengthsIndicesInGradientSumGradient SparseLengthsMean "
        "SparseLengthsMeanFused2BitRowwise SparseLengthsMeanFused4BitRowwise "
        "SparseLengthsMeanFused8BitRowwise SparseLengthsSum SparseLengthsSumFused2BitRowwise "
        "SparseLengthsSumFused4BitRowwise SparseLengthsSumFused8BitRowwise "
        "SparseLengthsWeightedSumGradient SparseSortedSegmentMean SparseSortedSegmentSum "
        "SparseSortedSegmentWeightedSumGradient SparseUnsortedSegmentMean "
        "SparseUnsortedSegmentSum SparseUnsortedSegmentWeightedSumGradient TT TopKGradient "
        "UnsortedSegmentWeightedSum UnsortedSegmentWeightedSumGradient "
        "WeightedSigmoidCrossEntropyWithLogits Where"
    ),
    "3 1 allow=0:0": "AffineChannel BatchBoxCox LearningRateAdaption NormalizePlanarYUV Scatter",
    "3 1 allow=2:0": "SwishGradient",
    "3 1 force=0:0": "CopyRowsToTensor ScatterAssign",
    "3 1+ force=2:0": "rnn_internal_accumulate_gradient_input",
    "3 1,3": "GroupNorm",
    "3 1-2": "BBoxTransform",
    "3 1-3": "ConvTransposeGradient",
    "3 1-3 allow=0:0": "InstanceNorm",
    "3 2": (
        "CosineSimilarityGradient DotProductGradient DotProductWithPaddingGradient HSoftmaxSearch "
        "L1DistanceGradient LambdaRankNdcg RMSNorm SquaredL2DistanceGradient"
    ),
    "3 2 allow=0:0,0:1": "AddGradient MulGradient SubGradient",
    "3 2 allow=0:0,1:1": "MomentumSGD",
    "3 2 allow=1:0": "AtomicFetchAdd AtomicFetchAdd64",
    "3 2-3": "FCGradient FCTransposedGradient",
    "3 3": "ElementwiseLinearGradient",
    "3+ 1+": "MaxGradient MinGradient",
    "~3+ 1+ allow=i+1:i": "AtomicAppend",
    "~3+2 1": "QuantDecodeGradient",
    "~3+2 1+": (
        "MergeMultiListFeatureTensorsGradient MergeMultiMapFeatureTensorsGradient "
        "MergeSingleListFeatureTensorsGradient MergeSingleMapFeatureTensorsGradient"
    ),
    "~3+3 3": "MergeMultiScalarFeatureTensors",
    "~3+3 4": "MergeSingleListFeatureTensors",
    "3-4 1": (
        "BatchSparseToDense DeformConv GRUUnit PairWiseLossGradient ReduceBackMaxGradient "
        "ReduceFrontMaxGradient"
    ),
    "3-4 1-2": "SparseToDenseMask",
    "3-4 1-4": "Int8FC",
    "3-4 2 allow=0:0": "DivGradient",
    "3-4 2 allow=0:0,1:1": "Ftrl GFtrl",
    "3-4 2-3": "SparseLengthsSumSparseLookup",
    "3-5 2-3 force=0:0,1:1,4:2": "LastNWindowCollector",
    "4 1": (
        "BatchBucketize FlexibleTopKGradient LambdaRankNdcgGradient MomentsGradient "
        "RoIPoolGradient SortedSegmentRangeLogMeanExpGradient SortedSegmentRangeLogSumExpGradient "
        "SortedSegmentRangeMaxGradient SortedSegmentRangeMeanGradient "
        "SortedSegmentRangeSumGradient SparseLengthsIndicesInGradientWeightedSumGradient "
        "SparseLengthsMean2BitRowwiseSparse SparseLengthsMean4BitRowwiseSparse "
        "SparseLengthsMean8BitRowwiseSparse SparseLengthsMean8BitsRowwise "
        "SparseLengthsPositionalWeightedSum SparseLengthsSum2BitRowwiseSparse "
        "SparseLengthsSum4BitRowwiseSparse SparseLengthsSum8BitRowwiseSparse "
        "SparseLengthsSum8BitsRowwise SparseLengthsWeightedSum "
        "SparseLengthsWeightedSumFused2BitRowwise SparseLengthsWeightedSumFused4BitRowwise "
        "SparseLengthsWeightedSumFused8BitRowwise SparseSortedSegmentWeightedSum "
        "SparseUnsortedSegmentWeightedSum WeightedSigmoidCrossEntropyWithLogitsGradient"
    ),
    "4 1+": (
        "LengthsMaxWithMainInputAndForwardOutputGradient LengthsWeightedSumWithMainInputGradient"
    ),
    "4 2": (
        "ChannelBackpropStats GenerateProposals GenerateProposalsCPP HSoftmax "
        "MarginRankingCriterionGradient PReluGradient"
    ),
    "4 2 force=0:0,1:1": "RowWiseCounter",
    "4 2-4": "DeformConvGradient",
    "4 2-4 allow=0:0,1:1": "Adagrad Wngrad",
    "4 3": "RMSNormGradient",
    "4 3 allow=0:0,1:1,2:2": "RmsProp",
    "4 3 allow=0:0,1:1,3:2": "FP16MomentumSGDUpdate FP32MomentumSGDUpdate MomentumSGDUpdate",
    "~4+4 4": "MergeMultiListFeatureTensors",
    "~4+4 5": "MergeSingleMapFeatureTensors",
    "4-5 2": "LSTMUnit",
    "4-5 2 force=0:0,1:1": "SparseFtrl",
    "4-6 3": "InstanceNormGradient",
    "5 1": (
        "Lars SparseLengthsWeightedMean8BitsRowwise SparseLengthsWeightedSum2BitRowwiseSparse "
        "SparseLengthsWeightedSum4BitRowwiseSparse SparseLengthsWeightedSum8BitRowwiseSparse "
        "SparseLengthsWeightedSum8BitsRowwise"
    ),
    "5 1+": "SparseLengthsWeightedSumWithMainInputGradient",
    "5 2": "SparseLengthsIndicesInGradientWeightedSumWithMainInputGradient",
    "5 2 force=0:0,1:1": "SparseAdagrad SparseWngrad",
    "5 3 allow=0:0,1:1,2:2": "Adadelta Storm",
    "5 4": "TTSparseLengthsSum",
    "~5+2 1 force=0:0": "ScatterWeightedSum",
    "~5+5 5": "MergeMultiMapFeatureTensors",
    "5,7 1,5 force=3:1,4:2 allow=0:0,5:3,6:4 needs=is_test": "SpatialBN",
    "5,7 3 allow=5:1,6:2": "SpatialBNGradient",
    "5-6 1,3": "LayerNormGradient",
    "5-6 2": "GRUUnitGradient",
    "5-6 2 force=0:0,1:1": "RowWiseSparseAdagrad",
    "6 2 force=0:0,1:1": (
        "RowWiseSparseAdagradFusedWithSparseLengthsMeanGradient "
        "RowWiseSparseAdagradFusedWithSparseLengthsMeanGradientApprox "
        "RowWiseSparseAdagradFusedWithSparseLengthsSumGradient "
        "RowWiseSparseAdagradFusedWithSparseLengthsSumGradientApprox "
        "SparseAdagradFusedWithSparseLengthsMeanGradient "
        "SparseAdagradFusedWithSparseLengthsMeanGradientApprox "
        "SparseAdagradFusedWithSparseLengthsSumGradient "
        "SparseAdagradFusedWithSparseLengthsSumGradientApprox"
    ),
    "6 3": "GroupNormGradient",
    "6 3 allow=0:0,1:1,2:2": "DecayAdagrad",
    "6 3 force=0:0,1:1,2:2": "SparseAdadelta SparseStorm",
    "6 3-4 allow=0:0,1:1,2:2": "Adam",
    "6 4": "HSoftmaxGradient",
    "7 3 force=0:0,1:1": (
        "RowWiseSparseAdagradFusedWithSparseLengthsWeightedSumGradient "
        "RowWiseSparseAdagradFusedWithSparseLengthsWeightedSumGradientApprox "
        "SparseAdagradFusedWithSparseLengthsWeightedSumGradient "
        "SparseAdagradFusedWithSparseLengthsWeightedSumGradientApprox"
    ),
    "7 3-4 force=0:0,1:1,2:2": "RowWiseSparseAdam SparseAdam",
    "8 3": "TTSparseLengthsSumGradient",
    "8 4 force=0:0,1:1,2:2,3:3": "SmartDecaySparseAdam",
    "8-9 3": "LSTMUnitGradient",
}
