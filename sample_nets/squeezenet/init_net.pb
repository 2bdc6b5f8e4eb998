
squeezenet_init&conv1_w"
XavierFill*
shape0@000"conv1_b"ConstantFill*	
shape0@1fire2/squeeze1x1_w"
XavierFill*
shape00@00-fire2/squeeze1x1_b"ConstantFill*	
shape00fire2/expand1x1_w"
XavierFill*
shape0@000,fire2/expand1x1_b"ConstantFill*	
shape0@0fire2/expand3x3_w"
XavierFill*
shape0@000,fire2/expand3x3_b"ConstantFill*	
shape0@2fire3/squeeze1x1_w"
XavierFill*
shape00€00-fire3/squeeze1x1_b"ConstantFill*	
shape00fire3/expand1x1_w"
XavierFill*
shape0@000,fire3/expand1x1_b"ConstantFill*	
shape0@0fire3/expand3x3_w"
XavierFill*
shape0@000,fire3/expand3x3_b"ConstantFill*	
shape0@2fire4/squeeze1x1_w"
XavierFill*
shape0 0€00-fire4/squeeze1x1_b"ConstantFill*	
shape0 1fire4/expand1x1_w"
XavierFill*
shape0€0 00-fire4/expand1x1_b"ConstantFill*

shape0€1fire4/expand3x3_w"
XavierFill*
shape0€0 00-fire4/expand3x3_b"ConstantFill*

shape0€2fire5/squeeze1x1_w"
XavierFill*
shape0 0€00-fire5/squeeze1x1_b"ConstantFill*	
shape0 1fire5/expand1x1_w"
XavierFill*
shape0€0 00-fire5/expand1x1_b"ConstantFill*

shape0€1fire5/expand3x3_w"
XavierFill*
shape0€0 00-fire5/expand3x3_b"ConstantFill*

shape0€2fire6/squeeze1x1_w"
XavierFill*
shape000€00-fire6/squeeze1x1_b"ConstantFill*	
shape001fire6/expand1x1_w"
XavierFill*
shape0À0000-fire6/expand1x1_b"ConstantFill*

shape0À1fire6/expand3x3_w"
XavierFill*
shape0À0000-fire6/expand3x3_b"ConstantFill*

shape0À2fire7/squeeze1x1_w"
XavierFill*
shape000€00-fire7/squeeze1x1_b"ConstantFill*	
shape001fire7/expand1x1_w"
XavierFill*
shape0À0000-fire7/expand1x1_b"ConstantFill*

shape0À1fire7/expand3x3_w"
XavierFill*
shape0À0000-fire7/expand3x3_b"ConstantFill*

shape0À2fire8/squeeze1x1_w"
XavierFill*
shape0@0€00-fire8/squeeze1x1_b"ConstantFill*	
shape0@1fire8/expand1x1_w"
XavierFill*
shape0€0@00-fire8/expand1x1_b"ConstantFill*

shape0€1fire8/expand3x3_w"
XavierFill*
shape0€0@00-fire8/expand3x3_b"ConstantFill*

shape0€2fire9/squeeze1x1_w"
XavierFill*
shape0@0€00-fire9/squeeze1x1_b"ConstantFill*	
shape0@1fire9/expand1x1_w"
XavierFill*
shape0€0@00-fire9/expand1x1_b"ConstantFill*

shape0€1fire9/expand3x3_w"
XavierFill*
shape0€0@00-fire9/expand3x3_b"ConstantFill*

shape0€)conv10_w"
XavierFill*
shape0è0€00$conv10_b"ConstantFill*

shape0èsimpleBconv1_wBconv1_bBfire2/squeeze1x1_wBfire2/squeeze1x1_bBfire2/expand1x1_wBfire2/expand1x1_bBfire2/expand3x3_wBfire2/expand3x3_bBfire3/squeeze1x1_wBfire3/squeeze1x1_bBfire3/expand1x1_wBfire3/expand1x1_bBfire3/expand3x3_wBfire3/expand3x3_bBfire4/squeeze1x1_wBfire4/squeeze1x1_bBfire4/expand1x1_wBfire4/expand1x1_bBfire4/expand3x3_wBfire4/expand3x3_bBfire5/squeeze1x1_wBfire5/squeeze1x1_bBfire5/expand1x1_wBfire5/expand1x1_bBfire5/expand3x3_wBfire5/expand3x3_bBfire6/squeeze1x1_wBfire6/squeeze1x1_bBfire6/expand1x1_wBfire6/expand1x1_bBfire6/expand3x3_wBfire6/expand3x3_bBfire7/squeeze1x1_wBfire7/squeeze1x1_bBfire7/expand1x1_wBfire7/expand1x1_bBfire7/expand3x3_wBfire7/expand3x3_bBfire8/squeeze1x1_wBfire8/squeeze1x1_bBfire8/expand1x1_wBfire8/expand1x1_bBfire8/expand3x3_wBfire8/expand3x3_bBfire9/squeeze1x1_wBfire9/squeeze1x1_bBfire9/expand1x1_wBfire9/expand1x1_bBfire9/expand3x3_wBfire9/expand3x3_bBconv10_wBconv10_b